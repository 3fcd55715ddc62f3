import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Engine } from "../../../cli/stacks/engine";

/** Its output, its logged events, and its exit. */
export interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  readonly events?: readonly EngineEvent[];
}

/** A run of it. */
export interface PulumiRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Text of its config file. @default - only the project's */
  readonly config?: string;
}

type Handler = (run: PulumiRun) => Answer | Promise<Answer>;

const SCRIPT = `#!${process.execPath}
const run = { args: process.argv.slice(2), env: process.env, folder: process.cwd() };
const socket = require("node:net").connect(__dirname + "/socket").end(JSON.stringify(run));
let answer = "";
socket.setEncoding("utf8").on("data", (chunk) => { answer += chunk; }).on("end", () => {
  const { stdout = "", stderr = "", code = 0 } = JSON.parse(answer);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
});
`;

/** A `pulumi` in a folder to put on PATH. Each run asks the test what it does. */
export class FakePulumi {
  public readonly folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));
  private readonly runs: PulumiRun[] = [];
  private readonly handlers: { readonly command: string; readonly handler: Handler }[] = [];
  private readonly server: Server;

  public constructor() {
    this.install(SCRIPT);
    this.answer("", {});
    this.answer("stack export", { stdout: JSON.stringify({ version: 3, deployment: {} }) });
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      let asked = "";
      socket
        .setEncoding("utf8")
        // It was interrupted, and does not wait for the response.
        .on("error", () => socket.destroy())
        .on("data", (chunk: string) => {
          asked += chunk;
        })
        .on("end", () => {
          void this.take(JSON.parse(asked) as PulumiRun).then((answer) =>
            socket.end(JSON.stringify(answer)),
          );
        });
    });
    this.server.listen(join(this.folder, "socket")).unref();
  }

  /** Replaces its script. */
  public install(script: string): void {
    writeFileSync(join(this.folder, "pulumi"), script);
    chmodSync(join(this.folder, "pulumi"), 0o755);
  }

  /** Defines its behaviour for commands with this prefix. An error of the test becomes an error of pulumi. */
  public on(command: string, handler: Handler): void {
    this.handlers.push({ command, handler });
  }

  /** Defines a fixed response. */
  public answer(command: string, answer: Answer): void {
    this.on(command, () => answer);
  }

  /** Returns the runs of commands with this prefix. */
  public runsOf(command: string): PulumiRun[] {
    return this.runs.filter(({ args }) => isOf(command, args));
  }

  /** The names of these commands, such as `stack init`. */
  public get commands(): string[] {
    return this.runs.map(({ args }) =>
      args
        .slice(0, 2)
        .filter((word) => !word.startsWith("-"))
        .join(" "),
    );
  }

  /** The commands, without their common options. */
  public get calls(): string[][] {
    return this.runs.map(({ args }) => args.filter((word) => word !== "--non-interactive"));
  }

  public asEngine(): Engine {
    return new Engine(this.folder, { PATH: this.folder });
  }

  public remove(): void {
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  private async take(asked: PulumiRun): Promise<Answer> {
    const file = optionOf("--config-file", asked);
    const run = file === undefined ? asked : { ...asked, config: readFileSync(file, "utf8") };
    this.runs.push(run);
    const found = this.handlers.findLast(({ command }) => isOf(command, run.args));
    try {
      const answer = (await found?.handler(run)) ?? {};
      const log = optionOf("--event-log", run);
      for (const event of log === undefined ? [] : (answer.events ?? [])) {
        appendFileSync(log ?? "", `${JSON.stringify(event)}\n`);
      }
      return answer;
    } catch (error) {
      return { stderr: String(error), code: 255 };
    }
  }
}

function isOf(command: string, args: readonly string[]): boolean {
  return args.join(" ").startsWith(command);
}

/** Returns the value of an option of a run. */
export function optionOf(option: string, { args }: PulumiRun): string | undefined {
  const index = args.indexOf(option);
  return index < 0 ? undefined : args[index + 1];
}
