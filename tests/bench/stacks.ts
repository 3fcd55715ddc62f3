import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ReapData } from "../../cli/reap/reap.data";
import { Fleet } from "./fleet";
import { FleetAccount } from "./fleet-account";

const SIZES = [10, 100, 1_000] as const;
const ROUNDS = 5;
/** Tells at a process' end what it has used: its processors, in microseconds, and at most of memory, in KiB. */
const PROBE = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs";' +
    'process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));',
)}`;

interface Taken {
  readonly seconds: number;
  readonly stdout: string;
  /** Of the process itself, not of those that it starts, as both are; of others than Node's, 0. */
  readonly processorSeconds: number;
  readonly mebibytes: number;
}

/**
 * Measures `doks-env list` and `doks-env reap plan` on local backends of 10, 100 and 1,000 stacks as environments have them,
 * with an account that holds what those have, beside `pulumi stack ls` and what Node alone takes. Whole processes of the
 * built command, each figure the median of five; `stack ls` once, because of many stacks it takes half a minute.
 *
 * @throws an Error when a plan does not judge as it has to
 */
export async function benchStacks(): Promise<void> {
  const account = await FleetAccount.open();
  try {
    const node = await median(() => run(process.execPath, ["-e", "0"], process.env, "."));
    process.stdout.write(
      `stacks, 45 resources each (node alone: ${node.seconds.toFixed(2)} s, ${node.mebibytes.toFixed(0)} MiB)\n`,
    );
    process.stdout.write(
      "  stacks  list (processor)  reap (processor)  stack ls  list/ls  reap/list  requests a stack  list MiB  reap MiB\n",
    );
    for (const count of SIZES) {
      process.stdout.write(await line(count, account));
    }
  } finally {
    account.close();
  }
}

async function line(count: number, account: FleetAccount): Promise<string> {
  const fleet = new Fleet(count, { url: account.apiServerUrl, ca: account.ca });
  account.hold(fleet.members);
  const cache = join(fleet.folder, "cache");
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: fleet.backendUrl,
    DIGITALOCEAN_API_URL: account.url,
    DIGITALOCEAN_TOKEN: "token",
    XDG_CACHE_HOME: cache,
  };
  const doksEnv = (...command: string[]) =>
    run(process.execPath, [resolve("build/doks-env.js"), ...command, "--json"], env, fleet.folder);
  try {
    const list = await median(() => doksEnv("list"));
    const reap = await median(() => {
      // Otherwise only the first one would ask for credentials.
      rmSync(cache, { recursive: true, force: true });
      return doksEnv("reap", "plan");
    });
    const ls = await run(
      "pulumi",
      ["stack", "ls", "--json"],
      { ...env, XDG_CACHE_HOME: undefined },
      fleet.folder,
    );
    const perStack = requestsAStack(reap.stdout, fleet);
    return `  ${[
      String(count).padEnd(8),
      ...[list, reap].map((taken) => inSeconds(taken).padEnd(18)),
      `${ls.seconds.toFixed(2)} s`.padEnd(10),
      (list.seconds / ls.seconds).toFixed(2).padEnd(9),
      (reap.seconds / list.seconds).toFixed(1).padEnd(11),
      perStack.toFixed(2).padEnd(18),
      list.mebibytes.toFixed(0).padEnd(10),
      reap.mebibytes.toFixed(0),
    ].join("")}\n`;
  } finally {
    fleet.remove();
  }
}

function inSeconds({ seconds, processorSeconds }: Taken): string {
  return `${seconds.toFixed(2)} s (${processorSeconds.toFixed(2)})`;
}

/** What nobody has judged is not a measurement. */
function requestsAStack(printed: string, { members }: Fleet): number {
  const { run: report } = JSON.parse(printed) as ReapData;
  const found = new Map(report?.environments.map(({ stack, kind }) => [stack, kind]));
  const expected = {
    used: "active",
    asleep: "idle",
    expired: "expired",
    visited: "active",
    idle: "idle",
  };
  const wrong = members.filter(({ stack, life }) => found.get(stack) !== expected[life]);
  if (report === undefined || wrong.length > 0) {
    const [one] = wrong;
    throw new Error(
      `${wrong.length} of ${members.length} are judged wrongly, as ${one?.stack}, which is ${one?.life}: ${found.get(one?.stack ?? "")}; ${report?.reasons.join("; ")}`,
    );
  }
  return report.requests.perEnvironment;
}

async function median(act: () => Promise<Taken>): Promise<Taken> {
  const all: Taken[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    all.push(await act());
  }
  all.sort((one, other) => one.seconds - other.seconds);
  const middle = all[Math.floor(ROUNDS / 2)];
  if (middle === undefined) {
    throw new RangeError("nothing was measured");
  }
  return middle;
}

async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Taken> {
  const probed = command === process.execPath ? ["--import", PROBE, ...args] : args;
  const started = performance.now();
  const child = spawn(command, probed, { env, cwd, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const ended = new Promise((done, fail) => child.on("error", fail).on("close", done));
  const [stdout, stderr, usage, exitCode] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    ended,
  ]);
  if (exitCode !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`);
  }
  const seconds = (performance.now() - started) / 1000;
  const used = JSON.parse(usage || "{}") as Partial<NodeJS.ResourceUsage>;
  const { userCPUTime = 0, systemCPUTime = 0, maxRSS = 0 } = used;
  const processorSeconds = (userCPUTime + systemCPUTime) / 1e6;
  return { seconds, stdout, processorSeconds, mebibytes: maxRSS / 1024 };
}
