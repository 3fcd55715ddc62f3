import { Resolver } from "node:dns/promises";
import { Environment } from "../../components/environment";
import { certificateName, certifiedNames, hostLabel } from "../../core/names";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { CERTIFICATE_NAME } from "../../core/overlay/https";
import { complete, type Rendering } from "../../core/overlay/rendering";
import { settingsSchema } from "../../core/settings/schema";
import { TestEmulator } from "../../packages/emulator/tests/api/support/test-emulator";
import { computedByDigitalOcean } from "../helpers/doks-mocks";
import { loadBalanced } from "../helpers/kubernetes-objects";
import { Recording } from "../helpers/record-mocks";

// Claim: thirty environments have one certificate, and in every order of deletion that the program's dependencies allow, no
// name points to a released address. The account and its resolver are the emulator's; the engine is played.

const DOMAIN = "dev.example.com";
const RECORDS = `/v2/domains/${DOMAIN}/records`;
const STACKS = Array.from({ length: 30 }, (_, index) => `tenant${index}-dev`);
/** What gives back the address, by the engine's order or with the cluster; and what deletes the name. */
const [CLUSTER, WORKLOADS, RECORD] = [
  "environment-cluster",
  "environment-workloads",
  "environment-record",
] as const;

/** Names of resources, each with those that must be there before it. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

let emulator: TestEmulator;
let resolver: Resolver;
beforeAll(async () => {
  emulator = await TestEmulator.start();
  resolver = new Resolver({ timeout: 2_000 });
  resolver.setServers([new URL(emulator.url).host]);
  await emulator.call("POST", "/v2/domains", { name: DOMAIN });
  await emulator.call("POST", "/v2/certificates", {
    ...{ name: certificateName(DOMAIN), type: "lets_encrypt", dns_names: certifiedNames(DOMAIN) },
  });
  emulator.clock.advance(60_000);
});
afterAll(() => emulator.close());

/** What an environment's settings make of a tree. */
function rendered(stack: string): Rendering {
  const settings = settingsSchema.parse({ domain: DOMAIN });
  const web = loadBalanced("web", [{ port: 80 }], {}, { selector: { app: "web" } });
  return complete([web], overlayArgs("/project", { ...nameOf(stack) }, settings));
}

const nameOf = (stack: string) => ({ stack, owner: stack.split("-")[0] ?? "", profile: "dev" });

/** Declares an environment as the program does. */
async function declared(stack: string, overlay: Rendering) {
  const recording = await Recording.start({
    computed: {
      ...computedByDigitalOcean,
      "kubernetes:kustomize/v2:Directory": () => ({ resources: [] }),
    },
  });
  new Environment("environment", {
    physicalName: stack,
    id: "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
    cluster: { clusterName: stack, tags: [], poolTags: [] },
    labels: {},
    region: "fra1",
    kubernetesVersion: "1.35.1-do.0",
    nodePool: { size: "s-2vcpu-4gb", count: 1 },
    usdPerHour: {},
    registry: { access: "none" },
    bounds: settingsSchema.parse({}),
    developers: [],
    overlay: { ...overlay, directory: "rendered", write: () => undefined },
    ...(overlay.entry && { entry: overlay.entry }),
    hostName: { domain: DOMAIN, label: hostLabel(stack) },
    ttlSeconds: 3_600,
    protect: false,
  });
  return recording.resources();
}

function graphOf(resources: Awaited<ReturnType<typeof declared>>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const { name, parent, options } of resources) {
    const before = graph.get(name) ?? new Set();
    graph.set(name, new Set([...before, ...options.dependsOn, parent].filter((on) => on !== name)));
  }
  return graph;
}

/** The worst order of deletion that the dependencies allow: addresses as early as can be, the name as late. */
function worstDeletion(graph: Graph): string[] {
  const left = new Map(graph);
  const order: string[] = [];
  const badness = (name: string) =>
    name === RECORD ? 1 : [WORKLOADS, CLUSTER].includes(name as never) ? -1 : 0;
  while (left.size > 0) {
    const needed = new Set([...left.values()].flatMap((on) => [...on]));
    const [next] = [...left.keys()]
      .filter((name) => !needed.has(name))
      .sort((a, b) => badness(a) - badness(b));
    if (next === undefined) {
      throw new Error("the dependencies go round in a circle");
    }
    left.delete(next);
    order.push(next);
  }
  return order;
}

/** Makes an environment's load balancer, as the cloud controller does for its Service, and its record. */
async function create(stack: string, certificate: string) {
  const { cloud } = emulator.controlPlanes;
  const certificateId = cloud.certificateNamed(certificate)?.id ?? "";
  const { id, ip } = cloud.ensureLoadBalancer({
    ...{ clusterId: stack, serviceUid: stack, name: stack, type: "REGIONAL", region: "fra1" },
    forwardingRules: [
      {
        entryProtocol: "https",
        entryPort: 443,
        targetProtocol: "http",
        targetPort: 30_443,
        certificateId,
      },
    ],
    options: {
      redirectHttpToHttps: true,
      enableProxyProtocol: false,
      enableBackendKeepalive: false,
      disableLetsEncryptDnsRecords: true,
      httpIdleTimeoutSeconds: 60,
      stickySessions: { type: "none" },
      firewall: { allow: [], deny: [] },
    },
    ...{ dropletIds: [], sizeUnit: 1, network: "EXTERNAL" },
  });
  const record = { type: "A", name: hostLabel(stack), data: ip };
  const { body } = await emulator.call<{ domain_record: { id: number } }>("POST", RECORDS, record);
  return { loadBalancer: id, record: body.domain_record.id };
}

const addresses = () => emulator.account.store.loadBalancers.all().map(({ ip }) => ip);
const ownRecords = () =>
  emulator.account.domains.records(DOMAIN).filter(({ type }) => !["NS", "SOA"].includes(type));
const found = (stack: string) =>
  resolver.resolve4(`${hostLabel(stack)}.${DOMAIN}`).catch((): string[] => []);

test("thirty environments are created and deleted with one certificate, and no name ever dangles", async () => {
  const overlays = STACKS.map(rendered);
  const [first] = overlays;
  // One program declares all of them.
  const resources = await declared(STACKS[0] ?? "", first ?? rendered(""));
  expect(resources.filter(({ type }) => /certificate/i.test(type))).toEqual([]);
  const order = worstDeletion(graphOf(resources));
  const made = [];
  for (const [index, { objects }] of overlays.entries()) {
    const named = objects.map(({ metadata }) => metadata.annotations?.[CERTIFICATE_NAME]);
    made.push(await create(STACKS[index] ?? "", named[0] ?? ""));
  }
  const [certificate, ...others] = emulator.account.certificates.list();
  expect(others).toEqual([]);
  const used = emulator.account.store.loadBalancers
    .all()
    .map((one) => one.forwardingRules[0]?.certificateId);
  expect(used).toEqual(STACKS.map(() => certificate?.id));
  expect((await Promise.all(STACKS.map(found))).flat()).toEqual(addresses());

  const dangling: string[] = [];
  const asked = new Set<string>();
  for (const name of order) {
    for (const [index, { loadBalancer, record }] of made.entries()) {
      if (name === WORKLOADS || name === CLUSTER) {
        emulator.controlPlanes.cloud.deleteLoadBalancer(loadBalancer);
      } else if (name === RECORD) {
        await emulator.call("DELETE", `${RECORDS}/${record}`);
      } else {
        continue;
      }
      const stack = STACKS[index] ?? "";
      asked.add(stack);
      dangling.push(...(await found(stack)).filter((address) => !addresses().includes(address)));
    }
  }
  expect(asked.size).toBe(30);
  expect(dangling).toEqual([]);
  expect([ownRecords(), addresses()]).toEqual([[], []]);
  expect((await emulator.call("DELETE", `/v2/certificates/${certificate?.id ?? ""}`)).status).toBe(
    204,
  );
  expect(emulator.account.certificates.list()).toEqual([]);
});
