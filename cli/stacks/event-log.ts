import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { parseJson } from "./json";

const POLL_MS = 100;
const CHUNK_BYTES = 256 * 1024;
const NEW_LINE = 10;

/** Follows a file to which pulumi appends its events, one a line, and passes each on at once. */
export class EventLog {
  private readonly folder = mkdtempSync(join(tmpdir(), "doks-env-events-"));
  public readonly file = join(this.folder, "events");
  private readonly descriptor = openSync(this.file, "a+", 0o600);
  private readonly timer = setInterval(() => this.read(), POLL_MS);
  private rest: Buffer = Buffer.alloc(0);
  private offset = 0;

  public constructor(private readonly onEvent: (event: EngineEvent) => void) {}

  public close(): void {
    clearInterval(this.timer);
    this.read();
    closeSync(this.descriptor);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(): void {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const length = readSync(this.descriptor, chunk, 0, chunk.length, this.offset);
      if (length === 0) {
        return;
      }
      this.offset += length;
      this.take(Buffer.concat([this.rest, chunk.subarray(0, length)]));
    }
  }

  /** The bytes after the last newline begin another event. */
  private take(bytes: Buffer): void {
    const end = bytes.lastIndexOf(NEW_LINE) + 1;
    this.rest = bytes.subarray(end);
    for (const line of bytes.subarray(0, end).toString().split("\n")) {
      if (line !== "") {
        this.onEvent(parseJson(line) as EngineEvent);
      }
    }
  }
}
