import { SERVICES } from "../helpers/sample-shop";
import { EMPTY } from "./support/account";
import { DESTROY, MINUTES, REFRESH, UP } from "./support/commands";
import { World } from "./support/world";

// Claim: plain `pulumi` brings an environment up, changes it without affecting others, and destroys it without a trace.

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

interface Deployment {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly status: { readonly readyReplicas?: number };
}

async function deployments(stack: string): Promise<Deployment[]> {
  const list = await world.kubectl(
    stack,
    "get",
    "deployments",
    "--namespace",
    stack,
    "--output",
    "json",
  );
  return (JSON.parse(list) as { items: Deployment[] }).items;
}

const generations = async (stack: string) =>
  Object.fromEntries(
    (await deployments(stack)).map(({ metadata }) => [metadata.name, metadata.generation]),
  );

describe("an environment", () => {
  it(
    "comes up with eleven ready services and a frontend that answers",
    async () => {
      await world.pulumiWell("stack", "init", "alice-dev");
      const preview = await world.pulumiWell("preview", "--stack", "alice-dev");
      expect(preview).toMatch(/KubernetesCluster environment-cluster create/);
      expect(await world.api.holdings()).toEqual(EMPTY);
      await world.pulumiWell(...UP, "--stack", "alice-dev");

      const ready = (await deployments("alice-dev")).filter(
        ({ status }) => status.readyReplicas === 1,
      );
      expect(ready.map(({ metadata }) => metadata.name)).toEqual(SERVICES);
      expect((await fetch(await world.output("alice-dev", "url"))).status).toBe(200);
      expect(await world.api.holdings()).toEqual({
        clusters: ["alice-dev"],
        droplets: [
          expect.stringMatching(/^base-/),
          ...Array<unknown>(2).fill(expect.stringMatching(/^workers-/)),
        ],
        loadBalancers: [expect.any(String)],
        volumes: [],
      });
    },
    5 * MINUTES,
  );

  it(
    "holds no usable credential in its state or its kubeconfig",
    async () => {
      const kubeconfig = await world.output("alice-dev", "kubeconfig");
      expect(kubeconfig).toContain("exec");
      expect(kubeconfig).not.toMatch(/token|client-key|password/);
      const state = await world.pulumiWell("stack", "export", "--stack", "alice-dev");
      expect(state).not.toContain(world.env.DIGITALOCEAN_TOKEN);
      const clusters = await world.api.request<{ kubernetes_clusters: { tags: string[] }[] }>(
        "GET",
        "/v2/kubernetes/clusters",
      );
      expect(clusters.kubernetes_clusters[0]?.tags).toEqual(
        expect.arrayContaining(["ephemeral-doks", "stack:alice-dev", "owner:alice", "profile:dev"]),
      );
    },
    MINUTES,
  );

  it(
    "is not changed by a second update, and refresh finds no drift",
    async () => {
      await world.pulumiWell("preview", "--expect-no-changes", "--stack", "alice-dev");
      await world.pulumiWell(...REFRESH, "--expect-no-changes", "--stack", "alice-dev");
      const update = await world.pulumiWell(...UP, "--expect-no-changes", "--stack", "alice-dev");
      expect(update).toMatch(/Resources:\n +\d+ unchanged\n/);
    },
    3 * MINUTES,
  );

  it(
    "applies one image tag to exactly one Deployment and changes no committed file",
    async () => {
      const before = await generations("alice-dev");
      await world.pulumiWell(
        "config",
        "set",
        "--path",
        "images.cartservice.tag",
        "pr-7",
        "--stack",
        "alice-dev",
      );
      await world.pulumiWell(...UP, "--stack", "alice-dev");

      expect(await generations("alice-dev")).toEqual({
        ...before,
        cartservice: (before.cartservice ?? 0) + 1,
      });
      expect(await world.output("alice-dev", "images")).toContain("/cartservice:pr-7");
      expect(await world.gitStatus()).toBe("");
    },
    3 * MINUTES,
  );

  it(
    "reverts a manual change",
    async () => {
      const adservice = ["deployment/adservice", "--namespace", "alice-dev"];
      await world.kubectl("alice-dev", "set", "image", ...adservice, "*=example.com/tried:out");
      await world.pulumiWell(
        "config",
        "set",
        "--path",
        "images.adservice.tag",
        "pr-8",
        "--stack",
        "alice-dev",
      );
      await world.pulumiWell(...UP, "--stack", "alice-dev");
      const image = "jsonpath={.spec.template.spec.containers[0].image}";
      expect(await world.kubectl("alice-dev", "get", ...adservice, "--output", image)).toMatch(
        /\/adservice:pr-8$/,
      );
    },
    3 * MINUTES,
  );

  it(
    "replaces the nodes in the same cluster when nodeSize changes",
    async () => {
      const clusterId = await world.output("alice-dev", "clusterId");
      await world.pulumiWell("config", "set", "nodeSize", "s-4vcpu-8gb", "--stack", "alice-dev");
      await world.pulumiWell(...UP, "--stack", "alice-dev");
      expect(await world.output("alice-dev", "clusterId")).toBe(clusterId);
      const { droplets } = await world.api.request<{ droplets: { size_slug: string }[] }>(
        "GET",
        "/v2/droplets",
      );
      expect(droplets.map(({ size_slug: size }) => size).sort()).toEqual([
        "s-1vcpu-2gb",
        "s-4vcpu-8gb",
        "s-4vcpu-8gb",
      ]);
    },
    3 * MINUTES,
  );

  it(
    "is unaffected by another environment",
    async () => {
      const before = await generations("alice-dev");
      await world.pulumiWell("stack", "init", "bob-dev");
      await world.pulumiWell(...UP, "--stack", "bob-dev");
      expect((await world.api.holdings()).clusters).toEqual(["alice-dev", "bob-dev"]);
      expect(await generations("alice-dev")).toEqual(before);
      expect(await generations("bob-dev")).toMatchObject({ cartservice: 1 });

      await world.pulumiWell(...DESTROY, "--stack", "bob-dev");
      expect((await world.api.holdings()).clusters).toEqual(["alice-dev"]);
      expect((await fetch(await world.output("alice-dev", "url"))).status).toBe(200);
    },
    5 * MINUTES,
  );

  it(
    "is destroyed without a trace",
    async () => {
      await world.pulumiWell(...DESTROY, "--stack", "alice-dev");
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(await world.resourcesOf("alice-dev")).toEqual([]);
      expect(await world.resourcesOf("bob-dev")).toEqual([]);
      expect(await world.gitStatus()).toBe("");
    },
    2 * MINUTES,
  );
});
