import type { Resolver } from "node:dns/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Api, EMPTY } from "./support/account";
import { answerByName, OURS, resolverOf } from "./support/by-name";
import { MINUTES } from "./support/commands";
import { writeOverlay } from "./support/overlay";
import type { Finished } from "./support/run";
import { World } from "./support/world";

// Claim: with a domain, an environment answers at its own name over HTTPS to whom it lets in, with one certificate for all, and the
// name never leads to an address that has been given back.

const DOMAIN = "dev.example.com";
const HOST = `alice-dev.${DOMAIN}`;
const RECORDS = `/v2/domains/${DOMAIN}/records`;
const PROFILE = `config:
  ephemeral-doks:placement: domain
  ephemeral-doks:domain: ${DOMAIN}
  ephemeral-doks:protect: true
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
    - port: 8080
      targetPort: 80
`;

interface Certificates {
  readonly certificates: readonly { readonly id: string; readonly name: string }[];
}

const RECORD = "digitalocean:index/dnsRecord:DnsRecord";
/** A stack's file in the backend, as far as it is changed here. */
interface State {
  readonly checkpoint: {
    readonly latest: {
      resources: { readonly type: string; readonly id?: string; readonly outputs?: object }[];
      pending_operations?: object[];
    };
  };
}
interface RecordIds {
  readonly domain_records: readonly { readonly id: number; readonly name: string }[];
}

let world: World;
let resolver: Resolver;
/** With a token of its own: DigitalOcean counts the requests of each. */
let watcher: Api;
let up: string[];

beforeAll(async () => {
  world = await World.start();
  resolver = resolverOf(world);
  const { token } = await world.api.request<{ token: string }>("POST", "/_emulator/tokens", {
    scopes: ["load_balancer:read"],
  });
  watcher = new Api(world.env.DIGITALOCEAN_API_URL ?? "", token);
  const overlay = writeOverlay(join(world.folder, "overlay"), [
    { name: "web", image: "ghcr.io/example/web:1" },
  ]);
  writeFileSync(join(overlay, "service.yaml"), SERVICE);
  writeFileSync(
    join(overlay, "kustomization.yaml"),
    "resources: [deployments.yaml, service.yaml]\n",
  );
  writeFileSync(join(world.checkout, "Pulumi.domain.yaml"), PROFILE);
  const name = ["--set", `domain=${DOMAIN}`, "--set", `access=["${OURS}","127.0.0.3/32"]`];
  up = ["up", "alice-dev", "--yes", "--overlay", overlay, ...name];
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const certificates = async () =>
  (await world.api.request<Certificates>("GET", "/v2/certificates")).certificates;

/** Types and names of the records that nobody's zone has by itself. */
async function records(): Promise<string[]> {
  const { domain_records: all } = await world.api.request<{
    domain_records: { type: string; name: string }[];
  }>("GET", RECORDS);
  return all
    .filter(({ type }) => !["NS", "SOA"].includes(type))
    .map(({ type, name }) => `${type} ${name}`);
}

/** Addresses that the name leads to. */
const addresses = () => resolver.resolve4(HOST).catch((): string[] => []);

async function loadBalancerAddresses(): Promise<string[]> {
  const { load_balancers: all } = await watcher.request<{ load_balancers: { ip: string }[] }>(
    "GET",
    "/v2/load_balancers",
  );
  return all.map(({ ip }) => ip);
}

const answer = (name = HOST, from = OURS) => answerByName(world, name, from);

/** Runs a command, and looks again and again meanwhile whether the name leads where nothing is any more. */
async function watched(...args: string[]): Promise<{ finished: Finished; dangling: string[] }> {
  const dangling: string[] = [];
  let isDone = false;
  const watching = (async () => {
    while (!isDone) {
      const there = await loadBalancerAddresses();
      // In this order: an address that was gone before the name was asked for may not be its answer.
      dangling.push(...(await addresses()).filter((address) => !there.includes(address)));
      await wait(400);
    }
  })();
  const finished = await world.doksEnv(args);
  isDone = true;
  await watching;
  return { finished, dangling };
}

test(
  "a domain is set up, tells where to delegate it to, and gets its certificate then",
  async () => {
    const first = await world.doksEnvJson<{ domain: object }>("up", "team-domain", "--yes");
    expect(first.domain).toEqual({
      name: DOMAIN,
      nameServers: ["ns1", "ns2", "ns3"].map((host) => `${host}.digitalocean.com`),
      delegated: false,
    });
    expect(await certificates()).toEqual([]);

    expect(await world.up("team-domain")).toMatch(/delegated +yes/);
    const [certificate] = await certificates();
    expect(certificate?.name).toMatch(/^doks-env-dev-example-com-/);
    await world.pulumiWell("preview", "--expect-no-changes", "--stack", "team-domain");
  },
  3 * MINUTES,
);

test(
  "a name that somebody has is refused before anything is created",
  async () => {
    const { domain_record: record } = await world.api.request<{ domain_record: { id: number } }>(
      "POST",
      RECORDS,
      { type: "A", name: "alice-dev", data: "192.0.2.1" },
    );
    const refused = await world.doksEnv(up);
    expect(refused.output).toContain(`${HOST} has record ${record.id} already (A 192.0.2.1)`);
    expect(await world.api.holdings()).toEqual(EMPTY);
    expect(await records()).toEqual(["A alice-dev"]);
    await world.api.request("DELETE", `${RECORDS}/${record.id}`);
  },
  2 * MINUTES,
);

test(
  "an environment answers at its name over HTTPS to the networks that it lets in, and sends HTTP there",
  async () => {
    expect(await world.doksEnvWell(...up)).toContain(`https://${HOST}`);
    expect(await records()).toEqual(["A alice-dev"]);
    expect((await answer()).status).toBe(200);
    const [address = ""] = await addresses();
    const plain = await fetch(`http://${address}/cart`, { redirect: "manual" });
    expect(plain.status).toBe(301);
    expect(await resolver.resolve4(DOMAIN).catch(() => [])).toEqual([]);
    expect((await answer(HOST, "127.0.0.3")).status).toBe(200);
    await expect(answer(HOST, "127.0.0.2")).rejects.toMatchObject({ code: "ECONNRESET" });
  },
  3 * MINUTES,
);

test(
  "a record that was being made when pulumi was killed is adopted as it is",
  async () => {
    const file = join(world.backend, ".pulumi/stacks/ephemeral-doks/alice-dev.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as State;
    const { latest } = state.checkpoint;
    const isRecord = ({ type }: { type: string }) => type === RECORD;
    const [record] = latest.resources.filter(isRecord);
    const { id, outputs: _, ...resource } = record ?? {};
    latest.resources = latest.resources.filter((one) => !isRecord(one));
    latest.pending_operations = [{ resource, type: "creating" }];
    writeFileSync(file, JSON.stringify(state));
    const { output, exitCode } = await world.doksEnv(up);
    expect(output).toContain(`has left record ${String(id)} of ${HOST}`);
    expect(exitCode).toBe(0);
    expect(await records()).toEqual(["A alice-dev"]);
    expect((await world.api.request<RecordIds>("GET", RECORDS)).domain_records).toContainEqual(
      expect.objectContaining({ id: Number(id), name: "alice-dev" }),
    );
  },
  3 * MINUTES,
);

test(
  "a renewal of the certificate between two updates breaks and changes nothing",
  async () => {
    const [certificate] = await certificates();
    const before = await answer();
    await world.api.request("POST", "/_emulator/certificates", { renew: certificate?.name });
    const after = await answer();
    expect(after.status).toBe(200);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    for (const stack of ["alice-dev", "team-domain"]) {
      await world.pulumiWell("preview", "--expect-no-changes", "--stack", stack);
    }
    expect(await certificates()).toHaveLength(1);
  },
  3 * MINUTES,
);

test(
  "a domain that environments answer below stays",
  async () => {
    await world.doksEnvWell("unprotect", "team-domain");
    const refused = await world.doksEnv(["down", "team-domain", "--yes"]);
    expect(refused.output).toContain("alice-dev answers below its domain");
    expect((await answer()).status).toBe(200);
  },
  MINUTES,
);

test(
  "sleep takes the name away before the address is given back, and wake sets it again",
  async () => {
    const { finished, dangling } = await watched("sleep", "alice-dev", "--yes");
    expect(finished.exitCode).toBe(0);
    expect(dangling).toEqual([]);
    expect(await records()).toEqual([]);
    await world.doksEnvWell("wake", "alice-dev", "--yes");
    expect((await answer()).status).toBe(200);
  },
  4 * MINUTES,
);

test(
  "environments on a shared cluster answer through its entrance, with the same certificate",
  async () => {
    const name = ["--set", `domain=${DOMAIN}`];
    const access = ["--set", `access=["${OURS}"]`];
    const host = ["--set", "placement=host", ...name, "--set", "https=managed", ...access];
    expect(await world.doksEnvWell("up", "team-shared", "--yes", ...host)).toContain(
      `https://<environment>.${DOMAIN} leads there`,
    );
    expect((await records()).sort()).toEqual(["A *", "A alice-dev"]);
    const overlay = up[up.indexOf("--overlay") + 1] ?? "";
    const tenant = ["--set", "placement=namespace", "--set", "hostStack=team-shared"];
    const tree = ["--overlay", overlay];
    const text = await world.doksEnvWell("up", "bob-dev", "--yes", ...tenant, ...tree, ...name);
    expect(text).toContain(`https://bob-dev.${DOMAIN}`);
    expect((await answer(`bob-dev.${DOMAIN}`)).status).toBe(200);
    await expect(answer(`bob-dev.${DOMAIN}`, "127.0.0.2")).rejects.toMatchObject({
      code: "ECONNRESET",
    });
    expect((await answer()).status).toBe(200);
    expect(await certificates()).toHaveLength(1);
    await world.down("bob-dev");
    await world.doksEnvWell("unprotect", "team-shared");
    await world.down("team-shared");
    expect(await records()).toEqual(["A alice-dev"]);
  },
  6 * MINUTES,
);

test(
  "nothing is left of it, also when its cluster was deleted by hand",
  async () => {
    const id = await world.output("alice-dev", "clusterId");
    const path = `/v2/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`;
    await world.api.request("DELETE", path);
    await world.down("alice-dev");
    expect(await addresses()).toEqual([]);
    expect(await records()).toEqual([]);
    await world.down("team-domain");
    expect(await certificates()).toEqual([]);
    expect((await world.api.request<{ domains: unknown[] }>("GET", "/v2/domains")).domains).toEqual(
      [],
    );
    expect(await world.api.holdings()).toEqual(EMPTY);
  },
  3 * MINUTES,
);
