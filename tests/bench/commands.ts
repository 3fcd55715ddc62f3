import { applyTree, removeTree } from "./kubectl";
import { inSeconds, measure, ratio, type Taken } from "./measure";
import type { PartResult } from "./results";

const STACK = "bench-dev";
const OVERLAY = "kustomize/ci";
/** A line of progress: `  ✓ checks        0.9 s  ...`. */
const PHASE = /^ {2}✓ (\w[\w ]*?) +(\d+\.\d) s/gm;

/**
 * Measures the commands of one environment's life with the sample shop, phase by phase, beside what kubectl alone takes for
 * the same objects in the same cluster. Called in the project's folder, with the emulator running.
 */
export async function benchCommands(): Promise<Pick<PartResult, "head" | "rows">> {
  const rows: string[][] = [];
  const row = (name: string, { seconds, processorSeconds, processes }: Taken, requests: number) =>
    rows.push([
      name,
      inSeconds(seconds),
      inSeconds(processorSeconds),
      String(processes),
      String(requests),
    ]);
  const doksEnv = async (name: string, ...args: string[]) => {
    const before = await requestsSoFar();
    const taken = await measure("node", ["bin/doks-env", ...args, STACK, "--yes"]);
    row(name, taken, (await requestsSoFar()) - before);
    return taken;
  };
  try {
    const first = await doksEnv("`up`, the first time", "up");
    for (const [name, seconds] of phasesOf(first)) {
      rows.push([`- ${name}`, inSeconds(seconds), "", "", ""]);
    }
    const alone = await applyTree(STACK, "bench-kubectl", `../../${OVERLAY}`);
    row("`kubectl apply -k`, and wait", alone, 0);
    const workloads = phasesOf(first).get("workloads") ?? Number.NaN;
    rows.push(["workloads by `up` / by kubectl", ratio(workloads, alone.seconds), "", "", ""]);
    await doksEnv("`up`, nothing to do", "up");
    row("`pulumi up`, nothing to do", await pulumiUp(), 0);
    await doksEnv("`up`, one image changed", "up", "--image", "frontend=v2");
    row("`kubectl set image`, and `rollout status`", await setImage(), 0);
    await removeTree(STACK, "bench-kubectl");
  } finally {
    await doksEnv("`down`", "down");
  }
  return { head: ["command", "wall", "processor", "processes", "requests"], rows };
}

/** The seconds that each phase took, as progress tells them. */
export function phasesOf({ stderr }: Taken): Map<string, number> {
  return new Map(
    [...stderr.matchAll(PHASE)].map(([, name = "", seconds]) => [name, Number(seconds)]),
  );
}

function pulumiUp(): Promise<Taken> {
  const quiet = ["--yes", "--skip-preview", "--non-interactive", "--color", "never"];
  return measure("pulumi", ["up", ...quiet, "--stack", STACK]);
}

function setImage(): Promise<Taken> {
  const kubectl = `kubectl --kubeconfig .rendered/${STACK}/kubeconfig.yaml --namespace bench-kubectl`;
  const script = `${kubectl} set image deployment/frontend server=registry.example.com/frontend:v2 && ${kubectl} rollout status deployment/frontend --timeout 5m`;
  return measure("sh", ["-c", script]);
}

/** How often DigitalOcean's API was asked for anything. */
export async function requestsSoFar(): Promise<number> {
  const { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token } = process.env;
  const response = await fetch(`${url}/_emulator/requests`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { requests } = (await response.json()) as { readonly requests: { path: string }[] };
  return requests.filter(({ path }) => path.startsWith("/v2/")).length;
}
