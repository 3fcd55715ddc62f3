import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import { crossTalk, type OwnedObject, spread, timedForEach } from "../../helpers/many-environments";
import { EMPTY } from "../support/account";
import { answerByName } from "../support/by-name";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { World } from "../support/world";

// Claim: many environments are created and deleted on one cluster at the same time; they share one certificate and no other
// object.

const HOST = "team-shared";
/** `make bench PARTS=large-shared` does the same with 150. */
const STACKS = Array.from({ length: 6 }, (_, index) => `tenant${index}-dev`);
const AT_ONCE = 3;
const DOMAIN = "dev.example.com";
const PROFILE = `config:
  ephemeral-doks:placement: domain
  ephemeral-doks:domain: ${DOMAIN}
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: LoadBalancer
  selector:
    app: web
  ports:
    - port: 80
`;
const QUOTA = ["cpu=500m", "memory=512Mi", "pods=5", "loadBalancers=0", "volumes=0"];

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const set = (settings: readonly string[]) => settings.flatMap((setting) => ["--set", setting]);

/** How many certificates the account has, and which records, but for those that come with a zone. */
async function names() {
  const { certificates } = await world.api.request<{ certificates: object[] }>(
    ...(["GET", "/v2/certificates"] as const),
  );
  const { domain_records: records } = await world.api.request<{
    domain_records: { type: string; name: string }[];
  }>("GET", `/v2/domains/${DOMAIN}/records`);
  const own = records.filter(({ type }) => !["NS", "SOA"].includes(type));
  return { certificates: certificates.length, records: own.map(({ name }) => name) };
}

async function objects(): Promise<readonly OwnedObject[]> {
  const kinds =
    "deployments,pods,configmaps,resourcequotas,limitranges,networkpolicies,serviceaccounts,roles,rolebindings";
  const listed = await world.kubectl(HOST, "get", kinds, "--all-namespaces", "--output", "json");
  const { items } = JSON.parse(listed) as { items: OwnedObject[] };
  // A pod's name is made up.
  return items.map((item) =>
    item.kind === "Pod" ? { ...item, metadata: { ...item.metadata, name: "pod" } } : item,
  );
}

it(
  "six environments, three at a time",
  async () => {
    const overlay = writeOverlay(join(world.folder, "tiny"), [
      { name: "web", image: "registry.example.com/web:v1" },
    ]);
    writeFileSync(join(overlay, "service.yaml"), SERVICE);
    const resources = "resources: [deployments.yaml, service.yaml]\n";
    writeFileSync(join(overlay, "kustomization.yaml"), resources);
    writeFileSync(join(world.checkout, "Pulumi.domain.yaml"), PROFILE);
    await world.up("team-domain");
    await world.up("team-domain"); // Now that the zone is there, the certificate.
    const size = ["nodeSize=s-2vcpu-4gb", "minNodes=2", "maxNodes=4"];
    const host = set([...size, `domain=${DOMAIN}`, "https=managed"]);
    await world.doksEnvJson<UpData>("up", HOST, "--yes", ...host);
    const settings = [
      "placement=namespace",
      `hostStack=${HOST}`,
      `domain=${DOMAIN}`,
      ...QUOTA.map((quota) => `quota.${quota}`),
    ];
    const took = await timedForEach(STACKS, AT_ONCE, (stack) =>
      world.doksEnvJson<UpData>("up", stack, "--yes", "--overlay", overlay, ...set(settings)),
    );
    process.stdout.write(`an environment on a shared cluster comes up in: ${spread(took)}\n`);
    expect(crossTalk(await objects(), STACKS)).toEqual([]);
    expect((await world.api.holdings()).clusters).toEqual([HOST]);
    const answers = await Promise.all(
      STACKS.map((stack) => answerByName(world, `${stack}.${DOMAIN}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(STACKS.map(() => 200));
    expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(await names()).toEqual({ certificates: 1, records: ["*"] });

    const [first = "", ...others] = STACKS;
    await world.doksEnvJson<DownData>("down", first, "--yes");
    expect(crossTalk(await objects(), others)).toEqual([]);
    await timedForEach(others, AT_ONCE, (stack) =>
      world.doksEnvJson<DownData>("down", stack, "--yes"),
    );
    await world.doksEnvWell("unprotect", HOST);
    expect(await world.doksEnvJson<DownData>("down", HOST, "--yes")).toMatchObject({ gone: true });
    expect(await names()).toEqual({ certificates: 1, records: [] });
    expect(await world.doksEnvJson<DownData>("down", "team-domain", "--yes")).toMatchObject({
      gone: true,
    });
    expect(await world.api.request<object>("GET", "/v2/certificates")).toMatchObject({
      certificates: [],
    });
    expect(await world.api.holdings()).toEqual(EMPTY);
  },
  12 * MINUTES,
);
