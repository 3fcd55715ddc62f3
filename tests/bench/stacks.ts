import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ReapData } from "../../cli/reap/reap.data";
import { BucketServer } from "./bucket-server";
import { Fleet } from "./fleet";
import { FleetAccount } from "./fleet-account";
import { inSeconds, measure, median, type Taken } from "./measure";
import type { PartResult } from "./results";

const ROUNDS = 5;
/** Of a plan over 10,000 stacks each takes minutes, because it keeps within the requests of a minute. */
const LARGEST = 10_000;
/** As many stacks as it takes to see what the backend's answers cost. */
const LARGE = 1_000;
const S3_DELAY_MS = 50;

/**
 * Measures `doks-env list` and `doks-env reap plan` on stacks as environments have them, in files and in a bucket, with an account
 * that holds what those have. Whole processes of the built command, each figure the median of five, of 10,000
 * stacks a single one.
 *
 * @throws {Error} when a plan does not judge as it has to
 */
export async function benchStacks(
  counts: readonly number[],
): Promise<Pick<PartResult, "head" | "rows">> {
  const account = await FleetAccount.open();
  const rows: string[][] = [];
  try {
    for (const count of counts) {
      const fleet = new Fleet(count, { url: account.apiServerUrl, ca: account.ca });
      account.hold(fleet.members);
      const bucket = await BucketServer.open(fleet.folder, S3_DELAY_MS);
      try {
        rows.push(await line(fleet, account, "files", fleet.backendUrl));
        if (count >= LARGE) {
          rows.push(await line(fleet, account, `S3, ${S3_DELAY_MS} ms an answer`, bucket.url));
        }
      } finally {
        bucket.close();
        fleet.remove();
      }
    }
  } finally {
    account.close();
  }
  const each = (command: string) => [`\`${command}\``, "processor", "MiB"];
  return {
    head: ["stacks", "backend", ...each("list"), ...each("reap plan"), "requests"],
    rows,
  };
}

async function line(
  fleet: Fleet,
  account: FleetAccount,
  backend: string,
  backendUrl: string,
): Promise<string[]> {
  const count = fleet.members.length;
  const cache = join(fleet.folder, "cache");
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: backendUrl,
    DIGITALOCEAN_API_URL: account.url,
    DIGITALOCEAN_TOKEN: "token",
    AWS_ACCESS_KEY_ID: "of-the-bench",
    AWS_SECRET_ACCESS_KEY: "of the bench",
    XDG_CACHE_HOME: cache,
  };
  const doksEnv = (...command: string[]) =>
    measure("node", [resolve("build/doks-env.js"), ...command, "--json"], {
      env,
      cwd: fleet.folder,
    });
  const rounds = count < LARGEST ? ROUNDS : 1;
  const list = await median(rounds, () => doksEnv("list"));
  const reap = await median(rounds, () => {
    // Otherwise only the first one would ask for credentials.
    rmSync(cache, { recursive: true, force: true });
    return doksEnv("reap", "plan", "--record", `file://${fleet.folder}`);
  });
  return [
    String(count),
    backend,
    ...[list, reap].flatMap(cells),
    String(requestsOf(reap.stdout, fleet)),
  ];
}

function cells({ seconds, processorSeconds, mebibytes }: Taken): string[] {
  return [inSeconds(seconds), inSeconds(processorSeconds), mebibytes.toFixed(0)];
}

/** Without verdicts that are right it is no measurement. @returns requests to DigitalOcean */
function requestsOf(printed: string, { members }: Fleet): number {
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
  return report.requests.all;
}
