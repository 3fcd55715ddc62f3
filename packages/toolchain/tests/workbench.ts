import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Context } from "../context";
import { PINS, type Pin } from "../pins";

export interface Workbench {
  readonly context: Context;
  /** A folder that is first on the context's PATH. */
  readonly bin: string;
  /** The messages to the user, line by line. */
  readonly said: string[];
  /** Writes a file below the temporary folder. */
  write(file: string, content: string): string;
  /** Writes a shell script, or any other text with its own first line, that can be executed. */
  executable(file: string, script: string): string;
  remove(): void;
}

/** A checkout, a cache, a home and a PATH of a test's own, in a temporary folder with a blank in its name. */
export function workbench(): Workbench {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "toolchain test ")));
  const bin = path.join(root, "bin");
  const said: string[] = [];
  const write = (file: string, content: string) => {
    const full = path.resolve(root, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, content);
    return full;
  };
  mkdirSync(bin);
  return {
    bin,
    said,
    write,
    context: {
      places: { checkout: path.join(root, "checkout"), cache: path.join(root, "cache") },
      env: { PATH: `${bin}:/usr/bin:/bin`, HOME: path.join(root, "home") },
      say: (line) => said.push(line),
    },
    executable: (file, script) => {
      const full = write(file, script.startsWith("#!") ? script : `#!/bin/sh\n${script}\n`);
      chmodSync(full, 0o755);
      return full;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function pinOf(name: string): Pin {
  const pin = PINS.find((candidate) => candidate.name === name);
  if (pin === undefined) {
    throw new Error(`packages/toolchain/pins.ts has no ${name}`);
  }
  return pin;
}
