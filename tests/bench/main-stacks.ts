import { benchStacks } from "./stacks";

/** Measures `list` and `reap` on many stacks; needs no emulator. Run by `make bench-stacks`. */
benchStacks().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
