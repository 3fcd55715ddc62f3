import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import type { Surroundings } from "../../../cli/run";
import type { Lock, StackRecord } from "../../../cli/stacks/record";
import type { Context, Project } from "../../../cli/terminal/context";
import { terminalOf } from "../../../cli/terminal/terminal";
import { checkpointOf, checkpointWith } from "../stacks/support/checkpoints";
import { LocalBackend } from "../stacks/support/local-backend";
import { FakePulumi } from "./fake-pulumi";

export const NOW = new Date("2026-11-23T12:00:00Z");

/** A project, a file backend, a fake `pulumi`, and a reader of the output. */
export class Workplace {
  public readonly folder = mkdtempSync(join(tmpdir(), "workplace-"));
  public readonly backend = new LocalBackend();
  public readonly pulumi = new FakePulumi();
  public readonly abort = new AbortController();
  public readonly project: Project = { folder: this.folder, name: "shop" };
  public env: NodeJS.ProcessEnv = {
    PATH: this.pulumi.folder,
    PULUMI_BACKEND_URL: this.backend.url,
    XDG_STATE_HOME: join(this.folder, ".local/state"),
  };
  private readonly streams = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };

  public constructor() {
    this.write("Pulumi.yaml", "name: shop\nruntime: nodejs\nconfig: {}\n");
    this.write("Pulumi.dev.yaml", "config: {}\n");
  }

  /** Writes a file of the project. */
  public write(file: string, content: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), content);
  }

  /** Writes these stacks to the backend, with their outputs and locks. */
  public stacks(...records: readonly StackRecord[]): void {
    for (const { stack, outputs, hasResources, locks } of records) {
      this.backend.stack(
        stack,
        hasResources ? checkpointOf(stack, { outputs, others: 1 }) : checkpointWith(stack, {}),
      );
      for (const lock of locks) {
        this.lock(stack, lock);
      }
    }
  }

  public lock(stack: string, { id, user, host, pid, since }: Lock): void {
    this.backend.lock(stack, id, { username: user, hostname: host, pid, timestamp: since });
  }

  public context(changes: Partial<Context> = {}): Context {
    const terminal = terminalOf(this.streams, this.env, []);
    return {
      project: this.project,
      env: this.env,
      home: this.folder,
      cwd: this.folder,
      terminal,
      signal: this.abort.signal,
      now: () => NOW,
      json: false,
      verbose: false,
      say: (line) => terminal.err.write(`${line}\n`),
      ...changes,
    };
  }

  /** The surroundings of a whole run of the command. */
  public get surroundings(): Surroundings {
    return {
      env: this.env,
      cwd: this.folder,
      home: this.folder,
      version: "1.2.3",
      streams: this.streams,
      signal: this.abort.signal,
      now: () => NOW,
    };
  }

  /** Returns stdout since the last call. */
  public stdout(): string {
    return textOf(this.streams.stdout);
  }

  /** Returns stderr since the last call. */
  public stderr(): string {
    return textOf(this.streams.stderr);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
    this.backend.remove();
    this.pulumi.remove();
  }
}

function textOf(stream: PassThrough): string {
  const chunk = stream.read() as Buffer | null;
  return chunk === null ? "" : chunk.toString();
}
