import { execFile } from "node:child_process";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { checkpointOf } from "../cli/state/support/checkpoints";
import { LocalBackend } from "../cli/state/support/local-backend";

const PROJECT = "ephemeral-doks";
const SIZES = [10, 100, 1_000] as const;
const ROUNDS = 5;
/** Node's default is 1 MiB, which a list of 1,000 stacks may pass. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Measures `doks-env list` on local backends of 10, 100 and 1,000 stacks as environments have them, beside `pulumi stack
 * ls` on the same and what Node alone takes. Runs in the checkout; each time is the median of five.
 */
export async function benchList(): Promise<void> {
  const node = await median(() => run(process.execPath, ["-e", "0"], process.env));
  process.stdout.write(`list of stacks (45 resources each; node alone takes ${inSeconds(node)})\n`);
  process.stdout.write("  stacks  doks-env list  pulumi stack ls  list / ls  a stack more\n");
  let before: { readonly stacks: number; readonly seconds: number } | undefined;
  for (const stacks of SIZES) {
    const { list, ls } = await measure(stacks);
    const more = before && ((list - before.seconds) / (stacks - before.stacks)) * 1000;
    const cells = [
      String(stacks).padStart(8),
      inSeconds(list).padStart(15),
      inSeconds(ls).padStart(17),
      (list / ls).toFixed(2).padStart(11),
      (more === undefined ? "" : `${more.toFixed(2)} ms`).padStart(14),
    ];
    process.stdout.write(`${cells.join("")}\n`);
    before = { stacks, seconds: list };
  }
}

async function measure(stacks: number): Promise<{ list: number; ls: number }> {
  const backend = new LocalBackend(PROJECT);
  try {
    for (let number = 1; number <= stacks; number++) {
      addStack(backend, `pr-${number}`, "ci");
    }
    const env = { ...process.env, PULUMI_BACKEND_URL: backend.url };
    return {
      list: await median(() => run(process.execPath, ["build/doks-env.js", "list", "--json"], env)),
      ls: await median(() => run("pulumi", ["stack", "ls", "--json"], env)),
    };
  } finally {
    backend.remove();
  }
}

function addStack(backend: LocalBackend, owner: string, profile: string): void {
  const stack = `${owner}-${profile}`;
  backend.stack(stack, checkpointOf(stack, { project: PROJECT }));
  backend.tags(stack, {
    owner,
    profile,
    created: "2026-11-20T08:00:00Z",
    expires: "2026-11-23T08:00:00Z",
  });
}

async function median(act: () => Promise<void>): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await act();
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await promisify(execFile)(command, args, { env, maxBuffer: MAX_OUTPUT_BYTES });
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}
