import { mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { deployment, type Manifest, writeTree } from "../e2e/support/tree";
import { phasesOf } from "./commands";
import { applyTree, removeTree } from "./kubectl";
import { doksEnv, inSeconds, ratio, settings } from "./measure";
import type { PartResult } from "./results";

const HOST = "bench-shared";
/** More than any of the trees needs: limits are not what is measured. */
const ROOM = settings(
  ...["quota.cpu=200", "quota.memory=400Gi", "quota.memoryLimits=4000Gi"],
  ...["quota.pods=4000", "quota.objects=8000", "quota.ephemeralStorage=4000Gi"],
);
/** With the default requests, and the copy that kubectl applies beside. */
const SERVICES_A_NODE = 40;

/**
 * Measures environments of many services, on a cluster of their own and in a namespace of a shared one, beside kubectl for
 * the same objects in the same cluster.
 *
 * @param counts - how many Deployments, each with a Service
 */
export async function benchServices(
  counts: readonly number[],
): Promise<Pick<PartResult, "head" | "rows">> {
  const rows: string[][] = [];
  const most = Math.max(...counts);
  const host = settings("protect=false", `minNodes=${nodesFor(most)}`);
  await doksEnv("up", HOST, "--yes", ...host, ...settings(`maxNodes=${nodesFor(most)}`));
  try {
    for (const count of counts) {
      const folder = writeTree(mkdtempSync(".rendered/services-"), treeOf(count));
      try {
        const own = settings(`nodeCount=${nodesFor(count)}`);
        const tenant = settings("placement=namespace", `hostStack=${HOST}`, "overcommit=100");
        rows.push(await line(count, folder, "own cluster", `bench${count}-dev`, own));
        rows.push(await line(count, folder, "namespace", `tenant${count}-dev`, tenant));
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  } finally {
    await doksEnv("down", HOST, "--yes");
  }
  return {
    head: [
      "services",
      "placement",
      "`up`",
      "workloads",
      "kubectl",
      "workloads / kubectl",
      "`down`",
    ],
    rows,
  };
}

async function line(
  count: number,
  folder: string,
  placement: string,
  stack: string,
  its: readonly string[],
): Promise<string[]> {
  try {
    const up = await doksEnv("up", stack, "--yes", "--overlay", folder, ...its, ...ROOM);
    const home = placement === "namespace" ? HOST : stack;
    const namespace = `kubectl${count}`;
    const tree = relative(join(".rendered", namespace), folder);
    const alone = await applyTree(home, namespace, tree);
    await removeTree(home, namespace);
    const workloads = phasesOf(up).get("workloads") ?? Number.NaN;
    const down = await doksEnv("down", stack, "--yes");
    return [
      String(count),
      placement,
      inSeconds(up.seconds),
      inSeconds(workloads),
      inSeconds(alone.seconds),
      ratio(workloads, alone.seconds),
      inSeconds(down.seconds),
    ];
  } catch (error) {
    await doksEnv("down", stack, "--yes").catch(() => {});
    throw error;
  }
}

function nodesFor(services: number): number {
  return Math.ceil(services / SERVICES_A_NODE) + 1;
}

function treeOf(count: number): Manifest[] {
  return Array.from({ length: count }, (_, index) => `service-${index}`).flatMap((name) => [
    deployment(name),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    } as Manifest,
  ]);
}
