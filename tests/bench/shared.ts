import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { crossTalk, type OwnedObject, spread, timedForEach } from "../helpers/many-environments";

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
];
const KINDS =
  "deployments,configmaps,resourcequotas,limitranges,networkpolicies,serviceaccounts,roles,rolebindings";
/** Node's default is 1 MiB. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Brings an environment up on a shared cluster alone, then many, some at a time, looks whether each keeps to itself, and
 * takes all down.
 *
 * @throws an Error that names what of one is in another's namespace
 */
export async function benchShared(count: number, atOnce: number): Promise<void> {
  const overlay = mkdtempSync(join(tmpdir(), "bench-shared-"));
  writeFileSync(join(overlay, "kustomization.yaml"), "resources: [web.yaml]\n");
  writeFileSync(join(overlay, "web.yaml"), TREE);
  const stacks = Array.from({ length: count }, (_, index) => `tenant${index}-dev`);
  try {
    await doksEnv("up", HOST, "--yes");
    const set = SETTINGS.flatMap((setting) => ["--set", setting]);
    const up = (stack: string) => doksEnv("up", stack, "--yes", "--overlay", overlay, ...set);
    const down = (stack: string) => doksEnv("down", stack, "--yes");
    await report("up, alone", [ALONE], 1, up);
    await report("down, alone", [ALONE], 1, down);
    await report(`up, ${atOnce} at a time`, stacks, atOnce, up);
    const found = crossTalk(await objects(), stacks);
    process.stdout.write(`  cross-talk: ${found.length === 0 ? "none" : found.join("; ")}\n`);
    await report(`down, ${atOnce} at a time`, stacks, atOnce, down);
    await doksEnv("unprotect", HOST);
    await down(HOST);
    if (found.length > 0) {
      throw new Error(`environments do not keep to themselves: ${found.join("; ")}`);
    }
  } finally {
    rmSync(overlay, { recursive: true });
  }
}

async function report(
  what: string,
  stacks: readonly string[],
  atOnce: number,
  work: (stack: string) => Promise<unknown>,
): Promise<void> {
  const started = performance.now();
  const seconds = await timedForEach(stacks, atOnce, work);
  const all = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `  ${what}: ${stacks.length} environments in ${all} s; each: ${spread(seconds)}\n`,
  );
}

async function objects(): Promise<readonly OwnedObject[]> {
  const kubeconfig = `.rendered/${HOST}/kubeconfig.yaml`;
  const args = ["--kubeconfig", kubeconfig, "get", KINDS, "--all-namespaces", "--output", "json"];
  return (JSON.parse(await run("kubectl", args)) as { items: OwnedObject[] }).items;
}

const doksEnv = (...args: string[]) => run("bin/doks-env", args);

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}
