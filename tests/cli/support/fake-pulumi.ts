import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, EngineError } from "../../../cli/stacks/engine";

/** What it prints, and how it ends. */
export interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

const SCRIPT = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
fs.appendFileSync(__dirname + "/calls", JSON.stringify(args) + "\\n");
const answers = fs.readFileSync(__dirname + "/answers", "utf8").trim().split("\\n").map((line) => JSON.parse(line));
const { stdout = "", stderr = "", code = 0 } = answers.findLast(({ command }) => args.join(" ").startsWith(command));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
`;

/** A `pulumi` that does nothing but answer, in a folder to put on PATH. */
export class FakePulumi {
  public readonly folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));

  public constructor() {
    this.install(SCRIPT);
    this.answer("", {});
    this.answer("stack export", { stdout: JSON.stringify({ version: 3, deployment: {} }) });
  }

  /** Puts another script in its place. */
  public install(script: string): void {
    writeFileSync(join(this.folder, "pulumi"), script);
    chmodSync(join(this.folder, "pulumi"), 0o755);
  }

  /** Says what it answers to commands that begin so, from now on. */
  public answer(command: string, answer: Answer): void {
    appendFileSync(join(this.folder, "answers"), `${JSON.stringify({ command, ...answer })}\n`);
  }

  /** The same without a process, for tests that run many commands. */
  public asEngine(): Engine {
    const output = (...args: string[]): Promise<string> => {
      appendFileSync(join(this.folder, "calls"), `${JSON.stringify(args)}\n`);
      const lines = readFileSync(join(this.folder, "answers"), "utf8").trim().split("\n");
      const answers = lines.map((line) => JSON.parse(line) as Answer & { command: string });
      const said = answers.filter(({ command }) => args.join(" ").startsWith(command)).at(-1);
      const { stdout = "", stderr = "", code = 0 } = said ?? {};
      return code === 0
        ? Promise.resolve(stdout)
        : Promise.reject(new EngineError(args, { stdout, stderr, code }));
    };
    return { output } as unknown as Engine;
  }

  /** The commands that it was given, without what they all have. */
  public get calls(): string[][] {
    const file = join(this.folder, "calls");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return lines.map((line) =>
      (JSON.parse(line) as string[]).filter((word) => word !== "--non-interactive"),
    );
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
