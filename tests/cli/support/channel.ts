import pc from "picocolors";
import type { Channel } from "../../../cli/terminal/terminal";

/** An output without colours that records the written text. */
export class RecordingChannel implements Channel {
  public readonly paint = pc.createColors(false);
  public text = "";

  public constructor(public readonly columns = 60) {}

  public readonly write = (text: string): void => {
    this.text += text;
  };

  /** Returns the text that was written since the last call. */
  public take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}
