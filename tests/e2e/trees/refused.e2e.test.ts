import { join } from "node:path";
import { claimOf } from "../../helpers/kubernetes-objects";
import { EMPTY } from "../support/account";
import { MINUTES, UP } from "../support/commands";
import { deployment, type Manifest, object, writeTree } from "../support/tree";
import { World } from "../support/world";

/*
 * Claim: what cannot come up is refused before anything is created, with all that is in the way and its fix, in both
 * placements and within a minute.
 */

const HOST = "team-shared";

let world: World;
let trees: string;
beforeAll(async () => {
  world = await World.start();
  trees = join(world.folder, "trees");
  await world.doksEnvWell("up", HOST, "--yes");
}, 3 * MINUTES);
afterAll(() => world?.close(), MINUTES);

const loadBalancer = (name: string) =>
  object("v1", "Service", name, {
    type: "LoadBalancer",
    selector: { app: "web" },
    ports: [{ port: 80 }],
  });

/** Each with what is told where: undefined where the placement refuses the kind anyway. */
const CASES: readonly (readonly [string, readonly Manifest[], RegExp])[] = [
  [
    "more load balancers than the quota has",
    [loadBalancer("a"), loadBalancer("b"), loadBalancer("c")],
    /asks for 3 load balancers, and quota\.loadBalancers is \d[\s\S]*--set quota\.loadBalancers=3/,
  ],
  [
    "more storage than the quota has",
    [
      object("v1", "PersistentVolumeClaim", "data", {
        accessModes: ["ReadWriteOnce"],
        ...claimOf("900Gi"),
      }),
    ],
    /asks for 900Gi of storage[\s\S]*--set quota\.storage=900Gi/,
  ],
  [
    "an Ingress without a controller",
    [object("networking.k8s.io/v1", "Ingress", "web", { ingressClassName: "nginx", rules: [] })],
    /Ingress\/web: the cluster has no IngressClass "nginx"/,
  ],
  [
    "a version that Kubernetes does not serve any more",
    [object("policy/v1beta1", "PodDisruptionBudget", "web", { minAvailable: 1 })],
    /since 1\.25[\s\S]*write it as apiVersion policy\/v1/,
  ],
  [
    "a storage class of another cloud",
    [
      object("v1", "PersistentVolumeClaim", "data", {
        accessModes: ["ReadWriteOnce"],
        ...claimOf("1Gi", { storageClassName: "gp3" }),
      }),
    ],
    /PersistentVolumeClaim\/data: the cluster has no StorageClass "gp3"[\s\S]*do-block-storage/,
  ],
];
const PLACEMENTS = {
  "its own cluster": [],
  "a shared cluster": ["--set", "placement=namespace", "--set", `hostStack=${HOST}`],
} as const;

it.each(
  CASES.flatMap(([name, objects, told]) =>
    Object.entries(PLACEMENTS).map(
      ([place, options]) => [name, place, objects, told, options] as const,
    ),
  ),
)(
  "%s, on %s",
  async (name, _, objects, told, options) => {
    const before = await world.api.holdings();
    const tree = writeTree(join(trees, name.replaceAll(" ", "-")), [deployment("web"), ...objects]);
    const startedAt = Date.now();
    const refused = await world.doksEnv(["up", "bob-dev", "--yes", "--overlay", tree, ...options]);
    expect({ ...refused, output: "", stdout: "" }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(told) as string,
    });
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(await world.api.holdings()).toEqual(before);
    expect(await world.gitStatus()).toBe("");
  },
  2 * MINUTES,
);

it(
  "by plain pulumi, too, which tells all at once",
  async () => {
    const tree = writeTree(join(trees, "plain"), [
      deployment("web"),
      ...["a", "b", "c"].map(loadBalancer),
      object("policy/v1beta1", "PodDisruptionBudget", "web", { minAvailable: 1 }),
      object("networking.k8s.io/v1", "Ingress", "web", { ingressClassName: "nginx", rules: [] }),
      deployment("large", { container: { resources: { requests: { cpu: "12" } } } }),
    ]);
    const before = await world.api.holdings();
    await world.pulumiWell("stack", "init", "carol-dev");
    await world.pulumiWell("config", "set", "overlay", tree, "--stack", "carol-dev");
    const { exitCode, output } = await world.pulumi([...UP, "--stack", "carol-dev"]);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(
      /write it as apiVersion policy\/v1[\s\S]*no IngressClass "nginx"[\s\S]*quota\.loadBalancers 3[\s\S]*a pod requests 12 CPUs/,
    );
    expect(await world.api.holdings()).toEqual(before);
    await world.down("carol-dev");
  },
  2 * MINUTES,
);

it(
  "leaves nothing",
  async () => {
    await world.doksEnvWell("unprotect", HOST);
    await world.down(HOST);
    expect(await world.api.holdings()).toEqual(EMPTY);
  },
  MINUTES,
);
