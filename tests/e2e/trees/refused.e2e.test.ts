import { join } from "node:path";
import { EMPTY } from "../support/account";
import { MINUTES, UP } from "../support/commands";
import { deployment, object, writeTree } from "../support/tree";
import { World } from "../support/world";

// Claim: plain pulumi also refuses a tree that cannot come up before anything is created, and reports all faults at once.

const STACK = "carol-dev";

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world?.close(), MINUTES);

const loadBalancer = (name: string, app: string) =>
  object("v1", "Service", name, {
    type: "LoadBalancer",
    selector: { app },
    ports: [{ port: 80 }],
  });

it(
  "plain pulumi refuses a tree with every fault and its fix",
  async () => {
    const tree = writeTree(join(world.folder, "tree"), [
      deployment("web"),
      ...["a", "b"].map((name) => loadBalancer(name, "web")),
      loadBalancer("c", "api"),
      object("policy/v1beta1", "PodDisruptionBudget", "web", { minAvailable: 1 }),
      object("networking.k8s.io/v1", "Ingress", "web", { ingressClassName: "nginx", rules: [] }),
      deployment("large", { container: { resources: { requests: { cpu: "12" } } } }),
    ]);
    await world.pulumiWell("stack", "init", STACK);
    await world.pulumiWell("config", "set", "overlay", tree, "--stack", STACK);
    const { exitCode, output } = await world.pulumi([...UP, "--stack", STACK]);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(
      /write it as apiVersion policy\/v1[\s\S]*pods with app=api, and no workload[\s\S]*no IngressClass "nginx"[\s\S]*quota\.loadBalancers 3[\s\S]*a pod requests 12 CPUs/,
    );
    expect(await world.api.holdings()).toEqual(EMPTY);
    await world.down(STACK);
    expect(await world.gitStatus()).toBe("");
  },
  2 * MINUTES,
);
