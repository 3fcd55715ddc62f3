import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A run of the stub. */
export interface StubRun {
  readonly args: readonly string[];
  /** Its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Content of the built kustomization. @default - no build */
  readonly kustomization?: Record<string, unknown>;
}

/** A program that replaces kubectl or kustomize on PATH. It records its arguments and prints the given output. */
export class KustomizeStub {
  private readonly log: string;

  public constructor(
    /** Folder of the stub, for PATH. */
    public readonly folder: string,
    /** YAML documents. */
    printed: string,
    command: "kubectl" | "kustomize" = "kubectl",
  ) {
    mkdirSync(folder, { recursive: true });
    this.log = join(folder, `${command}.log`);
    this.install(
      command,
      `console.error("# Warning: 'commonLabels' is deprecated");
process.stdout.write(${JSON.stringify(printed)});`,
    );
  }

  public get runs(): StubRun[] {
    return existsSync(this.log)
      ? readFileSync(this.log, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as StubRun)
      : [];
  }

  /** Replaces its behaviour. @param script - JavaScript */
  public install(command: string, script: string): void {
    const file = join(this.folder, command);
    const note = `const fs = require("node:fs"), args = process.argv.slice(2);
const file = args.at(-1) + "/kustomization.yaml";
const kustomization = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
fs.appendFileSync(${JSON.stringify(this.log)}, JSON.stringify({ args, env: process.env, kustomization }) + "\\n");`;
    writeFileSync(file, `#!${process.execPath}\n${note}\n${script}\n`);
    chmodSync(file, 0o755);
  }
}
