import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { withServer } from "../helpers/local-server";

const SCRIPT = "bin/exec-credential.js";
const ROUNDS = 20;

/** From the start of a node to the first byte that it prints, or to its end when it prints none; in milliseconds. */
function firstByte(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let milliseconds: number | undefined;
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => {
      milliseconds = performance.now() - started;
    });
    child.on("error", reject);
    child.on("close", (exitCode) =>
      exitCode === 0
        ? resolve(milliseconds ?? performance.now() - started)
        : reject(new Error(`node ${args.join(" ")} failed`)),
    );
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Measures what the exec plugin adds to every kubectl command, beside a node that does nothing: from its start to its
 * first byte, with an API that answers at once. Called in the project's folder. Medians of turns taken one by one, so
 * that whatever else the machine does weighs on all alike.
 */
export async function benchExecCredential(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "bench-exec-credential-"));
  const answer = JSON.stringify({
    server: "https://cluster.example.com",
    certificate_authority_data: "Q0E=",
    token: "cluster-token",
    expires_at: new Date(Date.now() + 3600_000).toISOString(),
  });
  try {
    await withServer(
      (_, response) => response.end(answer),
      async ({ url, requests }) => {
        const run = (cache: string) =>
          firstByte([SCRIPT, "c-1"], {
            XDG_CACHE_HOME: join(home, cache),
            DIGITALOCEAN_API_URL: url,
            DIGITALOCEAN_TOKEN: "token",
          });
        await run("kept");
        const nothing: number[] = [];
        const asking: number[] = [];
        const cached: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          nothing.push(await firstByte(["-e", "0"], {}));
          asking.push(await run(`new-${round}`));
          cached.push(await run("kept"));
        }
        if (requests.length !== ROUNDS + 1) {
          throw new Error(`${requests.length} requests in ${ROUNDS} rounds: the cache is not used`);
        }
        const base = median(nothing);
        process.stdout.write(`exec-credential, to its first byte (median of ${ROUNDS})\n`);
        report("node -e 0", base, base);
        report("asking the API", median(asking), base);
        report("from the cache", median(cached), base);
      },
    );
  } finally {
    rmSync(home, { recursive: true });
  }
}

function report(name: string, milliseconds: number, base: number): void {
  const beyond = `${(milliseconds - base).toFixed(0)} ms beyond, ratio ${(milliseconds / base).toFixed(2)}`;
  process.stdout.write(
    `  ${name.padEnd(34)} ${milliseconds.toFixed(0).padStart(6)} ms  ${beyond}\n`,
  );
}
