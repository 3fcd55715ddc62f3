import { benchEnvironment } from "./environment";
import { benchExecCredential } from "./exec-credential";
import { benchList } from "./list";

/**
 * Measures one environment's way up and down, phase by phase, beside what kubectl alone takes for the same objects in the
 * same cluster; then `list` on many stacks, and the credential that every kubectl command waits for. Run by `make bench`
 * with the emulator running and warm caches; `node bench.js [rounds]`.
 */
async function main(): Promise<void> {
  await benchEnvironment(Number(process.argv[2] ?? 1));
  await benchExecCredential();
  await benchList();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
