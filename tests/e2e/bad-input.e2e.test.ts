import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { EMPTY } from "./support/account";
import { MINUTES, UP } from "./support/commands";
import { deployment, type Manifest, object, writeTree } from "./support/tree";
import { World } from "./support/world";

// Claim: plain `pulumi up` and `doks-env up` report the same faults of settings and trees, with fixes, before anything is
// created.

const BROKEN = join(__dirname, "../fixtures/trees/broken");
/** Of plain pulumi. What `doks-env` refuses leaves it no stack. */
const STACK = "alice-dev";
const OTHER = "bob-dev";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.pulumiWell("stack", "init", STACK);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const loadBalancer = (name: string) =>
  object("v1", "Service", name, { type: "LoadBalancer", ports: [{ port: 80 }] });
const UNFIT: readonly Manifest[] = [
  ...["a", "b", "c"].map(loadBalancer),
  object("policy/v1beta1", "PodDisruptionBudget", "web", { minAvailable: 1 }),
  object("networking.k8s.io/v1", "Ingress", "web", { ingressClassName: "nginx", rules: [] }),
  deployment("large", { container: { resources: { requests: { cpu: "12" } } } }),
];
const NOT_ALLOWED: readonly Manifest[] = [
  {
    ...loadBalancer("web"),
    metadata: { name: "web", annotations: { "kubernetes.digitalocean.com/load-balancer-id": "x" } },
  } as Manifest,
  deployment("web", { pod: { hostPID: true } }),
];
const tree = (name: string, objects: readonly Manifest[]) =>
  writeTree(join(world.folder, name), objects);

/** Each with the beginnings of all that is said. */
const ORDERS: readonly (readonly [string, () => object, readonly string[]])[] = [
  [
    "an unknown key",
    () => ({ nodecount: 3 }),
    ["nodecount is not a setting (in Pulumi.alice-dev.yaml); did you mean nodeCount?"],
  ],
  [
    "a bad duration, and nodes the wrong way round",
    () => ({ ttl: "8 hours", minNodes: 3, maxNodes: 2 }),
    [
      "maxNodes must ",
      'ttl must be a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d; got "8 hours"',
    ],
  ],
  [
    "a host for an environment with its own cluster",
    () => ({ hostStack: "team-shared" }),
    ["hostStack "],
  ],
  [
    "a region that is not offered",
    () => ({ region: "xyz9" }),
    ['region "xyz9" is not offered for clusters; offered: ams3, blr1, fra1, lon1, nyc1, nyc3, '],
  ],
  [
    "a region that has Droplets and no clusters",
    () => ({ region: "nyc2" }),
    ['region "nyc2" is not offered for clusters; offered: ams3, '],
  ],
  [
    "a size that is not for nodes",
    () => ({ nodeSize: "s-1vcpu-512mb-10gb" }),
    ['node size "s-1vcpu-512mb-10gb" is not offered in fra1; offered there: s-1vcpu-2gb, '],
  ],
  [
    "a registry that is not there",
    () => ({ registry: { access: "integration", name: "nope" } }),
    ['the account has no container registry named "nope"; it has none'],
  ],
  [
    "a region and a registry",
    () => ({ region: "xyz9", registry: { access: "integration", name: "nope" } }),
    [
      'region "xyz9" is not offered',
      'the account has no container registry named "nope"; it has none',
    ],
  ],
  [
    "an overlay that does not exist",
    () => ({ overlay: "kustomize/nope" }),
    ['overlay "kustomize/nope" does not exist (looked in '],
  ],
  [
    "an overlay that does not build",
    () => ({ overlay: BROKEN }),
    [`overlay "${BROKEN}" does not build: accumulating resources: `],
  ],
  [
    "an image that is not there",
    () => ({ images: { frontnd: { tag: "v2" } } }),
    ["images.frontnd does not match an image of the overlay; its images are redis, "],
  ],
  [
    "a tree that does not fit",
    () => ({ overlay: tree("unfit", UNFIT) }),
    [
      "Deployment/large: a pod requests 12 CPUs, and the largest node gives ",
      'Ingress/web: the cluster has no IngressClass "nginx"',
      "PodDisruptionBudget/web: Kubernetes has not served ",
      "the tree requests 3 load balancers, but quota.loadBalancers is 2",
    ],
  ],
  [
    "a tree with what is not allowed",
    () => ({ overlay: tree("not-allowed", NOT_ALLOWED) }),
    [
      "Deployment/web: its pods share the node's own (hostPID) (rule pods/pod-security, in ",
      "Service/web: ",
    ],
  ],
  [
    "a shared cluster that is not there",
    () => ({ placement: "namespace", hostCluster: "nothing" }),
    ['this DigitalOcean account has no cluster "nothing"'],
  ],
];

/** What is said, without the fixes, which name an option of `up` or a setting. */
function errorsIn(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.trim().replace(/^(error: |- )/, ""))
    .filter((line) => !/^$|^(fix|warning): |^✗ |:$/.test(line))
    .map((line) => line.replaceAll(OTHER, STACK))
    .sort();
}

function configure(stack: string, settings: object): void {
  const values = Object.entries(settings).map(([key, value]) => [`ephemeral-doks:${key}`, value]);
  const config = { config: Object.fromEntries(values) as object };
  writeFileSync(join(world.checkout, `Pulumi.${stack}.yaml`), stringify(config));
}

describe("an order that is wrong", () => {
  it.each(ORDERS)(
    "for %s is refused by both in the same words, and nothing is created",
    async (_, settings, told) => {
      for (const stack of [STACK, OTHER]) {
        configure(stack, settings());
      }
      const [ours, plain] = await Promise.all([
        world.doksEnv(["up", OTHER, "--yes"]),
        world.pulumi([...UP, "--stack", STACK]),
      ]);
      const [, diagnostics = ""] = /^Diagnostics:$(.*)^Resources:$/ms.exec(plain.output) ?? [];
      expect({ ours: errorsIn(ours.stderr), plain: errorsIn(diagnostics) }).toEqual(
        Object.fromEntries(
          ["ours", "plain"].map((who) => [
            who,
            told.map((text) => expect.stringContaining(text) as string),
          ]),
        ),
      );
      expect(errorsIn(ours.stderr)).toEqual(errorsIn(diagnostics));
      expect([ours.exitCode, plain.exitCode]).not.toContain(0);
      expect(ours.stderr).toMatch(/^ +fix: \S/m);
      expect(diagnostics).toMatch(/^ +fix: \S/m);
      expect(plain.output).not.toMatch(/^\s+at /m);
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(await world.gitStatus()).toBe("");
    },
    MINUTES,
  );

  it(
    "for a version of long ago is refused by the engine before it creates a cluster, and by doks-env before",
    async () => {
      for (const stack of [STACK, OTHER]) {
        configure(stack, { kubernetesVersion: "1.12" });
      }
      const ours = await world.doksEnv(["up", OTHER, "--yes"]);
      const plain = await world.pulumi([...UP, "--stack", STACK]);
      for (const { exitCode, output } of [ours, plain]) {
        expect(exitCode).not.toBe(0);
        expect(output).toMatch(
          /Kubernetes 1\.12 is not offered; offered: 1\.36, 1\.35, 1\.34, 1\.33\s+fix: /,
        );
      }
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    MINUTES,
  );

  it(
    "for a stack without a profile is refused by both",
    async () => {
      await world.pulumiWell("stack", "init", "alice-prod");
      const ours = await world.doksEnv(["up", "alice-prod", "--yes"]);
      const plain = await world.pulumi([...UP, "--stack", "alice-prod"]);
      for (const { exitCode, output } of [ours, plain]) {
        expect(exitCode).not.toBe(0);
        expect(output).toMatch(/"alice-prod" does not end in a known profile/);
        expect(output).toMatch(/the profiles are ci, dev/);
      }
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    MINUTES,
  );
});
