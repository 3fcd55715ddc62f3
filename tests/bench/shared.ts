import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crossTalk, type OwnedObject, spread, timedForEach } from "../helpers/many-environments";
import { doksEnv, inSeconds, measure, settings } from "./measure";
import type { PartResult } from "./results";

const HOST = "bench-shared";
const ALONE = "alone-dev";
const TREE = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: registry.example.com/web:v1}]}
`;
const SETTINGS = [
  "placement=namespace",
  `hostStack=${HOST}`,
  "quota.cpu=500m",
  "quota.memory=512Mi",
  "quota.pods=5",
  "quota.loadBalancers=0",
  "quota.volumes=0",
  "overcommit=100",
];
/** As many as a node has room for by its pods: what is measured is not a queue. */
const ENVIRONMENTS_A_NODE = 50;
const KINDS =
  "deployments,configmaps,resourcequotas,limitranges,networkpolicies,serviceaccounts,roles,rolebindings";
/**
 * Brings an environment up on a shared cluster alone, then many, some at a time, looks whether each keeps to itself, and
 * takes all down.
 *
 * @throws {Error} that names what of one is in another's namespace
 */
export async function benchShared(
  count: number,
  atOnce: number,
): Promise<Pick<PartResult, "head" | "rows">> {
  const overlay = mkdtempSync(join(tmpdir(), "bench-shared-"));
  writeFileSync(join(overlay, "kustomization.yaml"), "resources: [web.yaml]\n");
  writeFileSync(join(overlay, "web.yaml"), TREE);
  const stacks = Array.from({ length: count }, (_, index) => `tenant${index}-dev`);
  const rows: string[][] = [];
  const row = async (what: string, names: readonly string[], work: (stack: string) => unknown) => {
    const started = performance.now();
    const seconds = await timedForEach(names, atOnce, async (name) => work(name));
    const all = (performance.now() - started) / 1000;
    const each = spread(seconds);
    rows.push([what, String(names.length), inSeconds(all), inSeconds(all / names.length), each]);
  };
  const set = settings(...SETTINGS);
  const up = (stack: string) => doksEnv("up", stack, "--yes", "--overlay", overlay, ...set);
  const down = (stack: string) => doksEnv("down", stack, "--yes");
  try {
    const nodes = Math.ceil(count / ENVIRONMENTS_A_NODE);
    await doksEnv("up", HOST, "--yes", ...settings(`minNodes=${nodes}`, `maxNodes=${nodes}`));
    await row("`up`, alone", [ALONE], up);
    await row("`down`, alone", [ALONE], down);
    await row(`\`up\`, ${atOnce} at a time`, stacks, up);
    const found = crossTalk(await objects(), stacks);
    if (found.length > 0) {
      throw new Error(`environments do not keep to themselves: ${found.join("; ")}`);
    }
    await row(`\`down\`, ${atOnce} at a time`, stacks, down);
    await doksEnv("unprotect", HOST);
    await down(HOST);
  } finally {
    rmSync(overlay, { recursive: true });
  }
  return { head: ["", "environments", "all", "each of all", "one"], rows };
}

async function objects(): Promise<readonly OwnedObject[]> {
  const kubeconfig = `.rendered/${HOST}/kubeconfig.yaml`;
  const args = ["--kubeconfig", kubeconfig, "get", KINDS, "--all-namespaces", "--output", "json"];
  const { stdout } = await measure("kubectl", args);
  return (JSON.parse(stdout) as { items: OwnedObject[] }).items;
}
