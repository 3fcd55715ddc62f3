import pc from "picocolors";
import type { Channel } from "../../../cli/terminal/terminal";

/** A way out without colours that remembers what was written. */
export class RecordingChannel implements Channel {
  public readonly paint = pc.createColors(false);
  public text = "";

  public constructor(public readonly columns = 60) {}

  public readonly write = (text: string): void => {
    this.text += text;
  };

  /** The text that was written since this was last called. */
  public take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}
