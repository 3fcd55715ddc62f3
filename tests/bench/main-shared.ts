import { benchShared } from "./shared";

/**
 * Measures environments on one shared cluster, and looks whether they keep to themselves. Run by `make bench-shared` with
 * the emulator running; `node bench-shared.js [environments] [at a time]`.
 */
benchShared(Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 10)).catch(
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
