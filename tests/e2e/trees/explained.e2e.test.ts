import { join } from "node:path";
import { MINUTES, UP } from "../support/commands";
import { deployment, type Manifest, object, podTemplate, writeTree } from "../support/tree";
import { World } from "../support/world";

/*
 * Claim: what can never become ready ends an update within seconds, with the reason in the words of the diagnosis, and
 * whatever could become ready beside it has.
 */

let world: World;
let trees: string;
beforeAll(async () => {
  world = await World.start();
  trees = join(world.folder, "trees");
  writeTree(join(trees, "well"), [deployment("well")]);
  // The cluster is there from the start: each case below takes what the cluster's part takes.
  await world.doksEnvWell("up", "alice-dev", "--yes", "--overlay", join(trees, "well"));
}, 3 * MINUTES);
afterAll(async () => {
  await world?.down("alice-dev");
  await world?.close();
}, 2 * MINUTES);

const kubectl = (...args: string[]) =>
  world.kubectl("alice-dev", "--namespace", "alice-dev", ...args);

const without = (workload: Manifest) =>
  ({ ...workload, spec: { ...(workload as { spec?: object }).spec, replicas: 0 } }) as Manifest;
const loadBalancer = (name: string, port: number, app = name) =>
  object("v1", "Service", name, {
    type: "LoadBalancer",
    selector: { app },
    ports: [{ port }],
  });

it(
  "a Service of type LoadBalancer is renamed when the quota has no room for both",
  async () => {
    const up = async (...names: string[]) => {
      const services = names.map((name, index) => loadBalancer(name, 18_300 + index, "well"));
      const tree = writeTree(join(trees, names.join("-")), [deployment("well"), ...services]);
      return world.doksEnv(["up", "alice-dev", "--yes", "--overlay", tree]);
    };
    // As many as quota.loadBalancers allows by default.
    expect(await up("one", "two")).toMatchObject({ exitCode: 0 });
    const renamed = await up("one", "three");
    expect(renamed).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("deleting first: Service/two") as string,
    });
    expect((await world.api.holdings()).loadBalancers).toHaveLength(2);
    const services = await kubectl("get", "services", "--output", "name");
    expect(services.trim().split("\n").sort()).toEqual(["service/one", "service/three"]);
  },
  4 * MINUTES,
);

const CASES: readonly (readonly [string, readonly Manifest[], RegExp])[] = [
  [
    "an image that no registry has",
    [deployment("typo", { simulate: "image-pull-failure" })],
    /Deployment typo: 1 of 1 pod.* cannot pull registry\.example\.com\/typo:1/,
  ],
  [
    "a node with pods that do not exist",
    [
      deployment("beside", {
        pod: {
          affinity: {
            podAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {
                  topologyKey: "kubernetes.io/hostname",
                  labelSelector: { matchLabels: { app: "nobody" } },
                },
              ],
            },
          },
        },
      }),
    ],
    /Deployment beside: .*no node takes it/,
  ],
  [
    "a Job that is suspended",
    [
      object("batch/v1", "Job", "later", {
        suspend: true,
        template: podTemplate("later", { pod: { restartPolicy: "Never" } }),
      }),
    ],
    /Job later: it is suspended/,
  ],
  [
    "an entry whose workload has no replicas",
    [without(deployment("off")), loadBalancer("off", 18_310)],
    /Service off: it leads to Deployment "off", which has no replicas/,
  ],
];

it.each(CASES)(
  "%s",
  async (name, objects, reason) => {
    const tree = writeTree(join(trees, name.replaceAll(" ", "-")), [
      deployment("well"),
      ...objects,
    ]);
    const { exitCode, stderr } = await world.doksEnv([
      "up",
      "alice-dev",
      "--yes",
      "--overlay",
      tree,
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(reason) as string,
    });
    expect(stderr).toMatch(/it waits for objects that cannot become ready/);
    expect(await kubectl("rollout", "status", "deployment/well")).toMatch(
      /successfully rolled out/,
    );
  },
  2 * MINUTES,
);

it(
  "an entry at which only the pods from before answer",
  async () => {
    const entry = (simulate?: string) => {
      const workload = deployment("entry", { simulate });
      const metadata = { ...workload.metadata, annotations: { "pulumi.com/skipAwait": "true" } };
      return writeTree(join(trees, `entry-${simulate ?? "well"}`), [
        { ...workload, metadata } as Manifest,
        loadBalancer("entry", 18_320),
      ]);
    };
    await world.doksEnvWell(
      ...["up", "alice-dev", "--yes", "--overlay", entry(), "--set", "smokeTest.timeout=4s"],
    );
    // Plain pulumi: doks-env would see that the image cannot be pulled.
    const broken = entry("image-pull-failure");
    await world.pulumiWell("config", "set", "overlay", broken, "--stack", "alice-dev");
    const { exitCode, output } = await world.pulumi([...UP, "--stack", "alice-dev"]);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(
      /did not answer 200 within 4 s; last answer: 200 .*, but pods of an earlier version still serve: entry-\w+-\w+/,
    );
  },
  2 * MINUTES,
);
