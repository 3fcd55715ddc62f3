import { benchEnvironment } from "./environment";
import { benchExecCredential } from "./exec-credential";

/**
 * Measures one environment's way up and down, phase by phase, beside what kubectl alone takes for the same objects in the
 * same cluster; then the credential that every kubectl command waits for. Run by `make bench` with the emulator running and
 * warm caches; `node bench.js [rounds]`.
 */
async function main(): Promise<void> {
  await benchEnvironment(Number(process.argv[2] ?? 1));
  await benchExecCredential();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
