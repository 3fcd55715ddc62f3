import type { Engine } from "./engine";

const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";

/** URNs of the clusters in a stack's state: one, or none. */
export async function clusterUrns(engine: Engine, stack: string): Promise<string[]> {
  const { deployment } = JSON.parse(await engine.output("stack", "export", "--stack", stack)) as {
    deployment: { resources?: { type: string; urn: string }[] };
  };
  return (deployment.resources ?? []).filter(({ type }) => type === CLUSTER).map(({ urn }) => urn);
}
