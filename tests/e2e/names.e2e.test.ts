import type { Resolver } from "node:dns/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { DigitalOcean } from "../../cli/account/digitalocean";
import type { ShowData } from "../../cli/overview/show.data";
import { browserOf, findBrowser } from "../helpers/browser";
import { runNode } from "../helpers/run-node";
import { FaultyApi } from "./faults/support/faulty-api";
import { runWithFault } from "./faults/support/run-with-fault";
import { type Api, EMPTY } from "./support/account";
import { answerByName, OURS, plainAnswerByName, resolverOf } from "./support/by-name";
import { MINUTES } from "./support/commands";
import { writeOverlay } from "./support/overlay";
import type { Finished } from "./support/run";
import { World } from "./support/world";

// Claim: with a domain, an environment answers at its own names over HTTPS to the allowed networks, with one certificate for
// all, and no name ever points to a released address.

/** Opens a page, and prints its status and where it is. */
const OPEN = `
  const { chromium } = require("playwright-core");
  chromium.launch({ executablePath: process.env.CHROME_PATH }).then(async (browser) => {
    const page = await browser.newPage();
    const answer = await page.goto(process.env.URL);
    console.log(answer.status(), page.url());
    await browser.close();
  });`;
/** A Python interpreter that has pydo. */
const pydo = process.env.PYDO_PYTHON;
const testWithPydo = pydo ? test : test.skip;
const DOMAIN = "dev.example.com";
const HOST = `alice-dev.${DOMAIN}`;
const API_HOST = `api--alice-dev.${DOMAIN}`;
const RECORDS = `/v2/domains/${DOMAIN}/records`;
const PROFILE = `config:
  ephemeral-doks:placement: domain
  ephemeral-doks:domain: ${DOMAIN}
  ephemeral-doks:protect: true
`;
const SERVICES = `apiVersion: v1
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
---
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  selector:
    app: api
  ports:
    - port: 8080
      targetPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: dead
spec:
  selector:
    app: dead
  ports:
    - port: 8080
`;
const API = ["--set", "hosts.api.service=api"];

interface Certificates {
  readonly certificates: readonly { readonly id: string; readonly name: string }[];
}

/** The account has made the record, and the answer is on its way. */
const RECORD_MADE = {
  name: "record asked for",
  at: "request",
  request: /^POST \/v2\/domains\/\S+\/records$/,
} as const;
interface Records {
  readonly domain_records: readonly {
    readonly id: number;
    readonly type: string;
    readonly name: string;
  }[];
}

let world: World;
let proxy: FaultyApi;
let resolver: Resolver;
let watcher: Api;
let up: string[];

beforeAll(async () => {
  world = await World.start();
  resolver = resolverOf(world);
  const endpoint = String(world.env.DIGITALOCEAN_API_URL);
  watcher = await world.api.withOwnToken("load_balancer:read");
  proxy = await FaultyApi.start(endpoint);
  world.env.DIGITALOCEAN_API_URL = proxy.url;
  const overlay = writeOverlay(join(world.folder, "overlay"), [
    { name: "web", image: "ghcr.io/example/web:1" },
    { name: "api", image: "ghcr.io/example/api:1" },
  ]);
  writeFileSync(join(overlay, "service.yaml"), SERVICES);
  writeFileSync(
    join(overlay, "kustomization.yaml"),
    "resources: [deployments.yaml, service.yaml]\n",
  );
  writeFileSync(join(world.checkout, "Pulumi.domain.yaml"), PROFILE);
  const name = ["--set", `domain=${DOMAIN}`, "--set", `access=["${OURS}","127.0.0.3/32"]`];
  up = ["up", "alice-dev", "--yes", "--overlay", overlay, ...name];
}, MINUTES);
afterAll(async () => {
  await proxy.close();
  await world.close();
}, MINUTES);

const certificates = async () =>
  (await world.api.request<Certificates>("GET", "/v2/certificates")).certificates;

const zone = async () => (await world.api.request<Records>("GET", RECORDS)).domain_records;

/** Types and names of the records that nobody's zone has by itself. */
async function records(): Promise<string[]> {
  return (await zone())
    .filter(({ type }) => !["NS", "SOA"].includes(type))
    .map(({ type, name }) => `${type} ${name}`)
    .sort();
}

/** Addresses that a name leads to. */
const addressesOf = (host: string) => resolver.resolve4(host).catch((): string[] => []);

async function loadBalancerAddresses(): Promise<string[]> {
  const { load_balancers: all } = await watcher.request<{ load_balancers: { ip: string }[] }>(
    "GET",
    "/v2/load_balancers",
  );
  return all.map(({ ip }) => ip);
}

const sentToHttps = (host: string) => ({ status: 301, location: `https://${host}/cart` });

const answer = (name = HOST, from = OURS) => answerByName(world, name, from);

interface Watched {
  readonly finished: Finished;
  /** What names led to that nobody had any more. */
  readonly dangling: readonly string[];
  /** How often they led to what is there. */
  readonly good: number;
}

/** Runs a command, and looks again and again meanwhile whether names lead where nothing is any more. */
async function watched(hosts: readonly string[], ...args: string[]): Promise<Watched> {
  const dangling: string[] = [];
  let good = 0;
  let isDone = false;
  const watching = (async () => {
    while (!isDone) {
      const there = await loadBalancerAddresses();
      // In this order: an address that was gone before the name was asked for may not be its answer.
      const found = (await Promise.all(hosts.map(addressesOf))).flat();
      const gone = found.filter((address) => !there.includes(address));
      dangling.push(...gone);
      good += found.length - gone.length;
      await wait(400);
    }
  })();
  const finished = await world.doksEnv(args);
  isDone = true;
  await watching;
  return { finished, dangling, good };
}

async function expectNothingDangled(hosts: readonly string[], ...args: string[]): Promise<void> {
  const { finished, dangling, good } = await watched(hosts, ...args);
  expect({ exitCode: finished.exitCode, dangling }).toEqual({ exitCode: 0, dangling: [] });
  expect(good).toBeGreaterThan(0);
}

test(
  "sets up a domain, shows its name servers, and gets its certificate after the delegation",
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
  "refuses a taken name before anything is created",
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
  "adopts a record that was being created when all processes were killed",
  async () => {
    // Without the smoke test, which would run beside it: pulumi itself, killed while it writes, leaves an empty state.
    const words = [...up, "--set", "smokeTest.enabled=false"];
    const kill = { name: "SIGKILL", kind: "signal", signal: "SIGKILL" } as const;
    const run = await runWithFault(world, proxy, words, RECORD_MADE, kill);
    expect(run).toMatchObject({ hasHappened: true, exitCode: null });
    const id = (await zone()).find(({ name }) => name === "alice-dev")?.id;

    const { output, exitCode } = await world.doksEnv([
      ...up,
      ...API,
      "--set",
      "smokeTest.enabled=true",
    ]);
    expect(output).toContain(`a killed update left record ${String(id)} of ${HOST}`);
    expect(exitCode).toBe(0);
    expect(await records()).toEqual(["A alice-dev", "A api--alice-dev"]);
    expect(await zone()).toContainEqual(expect.objectContaining({ id, name: "alice-dev" }));
  },
  5 * MINUTES,
);

test(
  "an environment answers at its names over HTTPS to the allowed networks, and redirects HTTP",
  async () => {
    const { environment } = await world.doksEnvJson<ShowData>("show", "alice-dev");
    expect(environment).toMatchObject({
      url: `https://${HOST}`,
      hosts: { api: `https://${API_HOST}` },
    });
    const inCluster = await world.output("alice-dev", "hostsInCluster");
    expect(JSON.parse(inCluster)).toEqual({ api: "http://host-api.alice-dev" });
    for (const host of [HOST, API_HOST]) {
      expect((await answer(host)).status).toBe(200);
      expect(await plainAnswerByName(world, host, "/cart")).toEqual(sentToHttps(host));
      expect((await answer(host, "127.0.0.3")).status).toBe(200);
      await expect(answer(host, "127.0.0.2")).rejects.toMatchObject({ code: "ECONNRESET" });
    }
    expect(await loadBalancerAddresses()).toHaveLength(2);
    expect(await addressesOf(DOMAIN)).toEqual([]);
  },
  3 * MINUTES,
);

test(
  "a real browser that trusts the account's authority is redirected to HTTPS, and shows no warning",
  async () => {
    const [address = ""] = await addressesOf(HOST);
    const authority = join(world.folder, "emulator/authority.pem");
    const home = join(world.folder, "user");
    const browser = browserOf(
      ...([home, await findBrowser(world.folder), { [HOST]: address }, authority] as const),
    );
    const env = { ...browser, TMPDIR: world.folder, URL: `http://${HOST}/` };
    expect(await runNode(["-e", OPEN], env)).toEqual({
      exitCode: 0,
      stdout: `200 https://${HOST}/\n`,
      stderr: "",
    });
  },
  3 * MINUTES,
);

testWithPydo(
  `pydo lists the same records and certificates as doks-env${pydo ? "" : " (skipped: PYDO_PYTHON is not set)"}`,
  async () => {
    const script = join(__dirname, "support/pydo_names.py");
    const listed = JSON.parse(await world.runWell(pydo ?? "", script, DOMAIN)) as {
      domains: string[];
      records: { id: number; name: string }[];
      certificates: { name: string }[];
    };
    const origin = String(world.env.DIGITALOCEAN_API_URL);
    const account = new DigitalOcean({ origin, token: String(world.env.DIGITALOCEAN_TOKEN) });
    expect(listed.domains).toEqual([DOMAIN]);
    expect(listed.records).toEqual(await account.domainRecords(DOMAIN));
    expect(listed.records.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["alice-dev", "api--alice-dev"]),
    );
    expect(listed.certificates).toHaveLength(1);
    expect(listed.certificates).toEqual(
      await account.certificates(listed.certificates[0]?.name ?? ""),
    );
  },
  MINUTES,
);

test(
  "doks-env and plain pulumi refuse to admit no client before the names are gone",
  async () => {
    const reason = `access would admit no client, but ${HOST} points to the load balancer`;
    const closed = await world.doksEnv([...up, ...API, "--set", "access=[]"]);
    expect(closed.output).toContain(reason);

    const file = join(world.checkout, "Pulumi.alice-dev.yaml");
    const text = readFileSync(file, "utf8");
    const { config, ...rest } = parse(text) as { config: object };
    const changed = { ...config, "ephemeral-doks:access": [] };
    writeFileSync(file, stringify({ ...rest, config: changed }));
    const plain = await world.pulumi(["up", "--yes", "--stack", "alice-dev"]);
    writeFileSync(file, text);
    expect(plain.output).toContain(reason);
    expect((await answer()).status).toBe(200);
  },
  2 * MINUTES,
);

test(
  "a renewal of the certificate between two updates has no effect",
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
  "a domain with environments below it is not deleted",
  async () => {
    await world.doksEnvWell("unprotect", "team-domain");
    const refused = await world.doksEnv(["down", "team-domain", "--yes"]);
    expect(refused.output).toContain("alice-dev answers below its domain");
    expect((await answer()).status).toBe(200);
  },
  MINUTES,
);

test(
  "sleep deletes the name before it releases the address, and wake creates it again",
  async () => {
    await expectNothingDangled([HOST, API_HOST], "sleep", "alice-dev", "--yes");
    expect(await records()).toEqual([]);
    await world.doksEnvWell("wake", "alice-dev", "--yes");
    expect((await answer()).status).toBe(200);
    expect((await answer(API_HOST)).status).toBe(200);
  },
  4 * MINUTES,
);

test(
  "a name that the stack unsets is deleted before its load balancer",
  async () => {
    const unset = ["--set", "hosts.api=null", "--set", "imageTag=null"];
    await expectNothingDangled([HOST, API_HOST], ...up, ...unset);
    const { settings } = await world.doksEnvJson<ShowData>("show", "alice-dev");
    const isUnset = { value: null, origin: "stack" };
    expect(settings).toMatchObject({ "hosts.api": isUnset, imageTag: isUnset });
    expect(await records()).toEqual(["A alice-dev"]);
    expect(await loadBalancerAddresses()).toHaveLength(1);
  },
  2 * MINUTES,
);

test(
  "environments on a shared cluster answer through its entrance, with the same certificate",
  async () => {
    const name = ["--set", `domain=${DOMAIN}`];
    const access = ["--set", `access=["${OURS}"]`];
    const host = ["--set", "placement=host", ...name, "--set", "https=managed", ...access];
    expect(await world.doksEnvWell("up", "team-shared", "--yes", ...host)).toContain(
      `https://<environment>.${DOMAIN} points there`,
    );
    expect(await records()).toEqual(["A *", "A alice-dev"]);
    const overlay = up[up.indexOf("--overlay") + 1] ?? "";
    const tenant = ["--set", "placement=namespace", "--set", "hostStack=team-shared"];
    const tree = ["--overlay", overlay];
    const words = ["up", "bob-dev", "--yes", ...tenant, ...tree, ...name, ...API];
    const dead = ["--set", "hosts.dead.service=dead", "--set", "smokeTest.timeout=2s"];
    const failed = await world.doksEnv([...words, ...dead]);
    expect(failed.output).toMatch(
      /https:\/\/dead--bob-dev\.dev\.example\.com \(setting hosts\.dead\) did not answer within 2 s; last answer: 503/,
    );
    words.push("--set", "hosts.dead=null");
    const text = await world.doksEnvWell(...words);
    const hosts = [`bob-dev.${DOMAIN}`, `api--bob-dev.${DOMAIN}`];
    for (const host of hosts) {
      expect(text).toContain(`https://${host}`);
      expect((await answer(host)).status).toBe(200);
      expect(await plainAnswerByName(world, host, "/cart")).toEqual(sentToHttps(host));
      await expect(answer(host, "127.0.0.2")).rejects.toMatchObject({ code: "ECONNRESET" });
    }
    expect((await answer()).status).toBe(200);
    expect(await certificates()).toHaveLength(1);
    await expectNothingDangled(hosts, "down", "bob-dev", "--yes");
    await world.doksEnvWell("unprotect", "team-shared");
    await expectNothingDangled(hosts, "down", "team-shared", "--yes");
    expect(await records()).toEqual(["A alice-dev"]);
  },
  6 * MINUTES,
);

test(
  "down deletes the name before it releases the address",
  async () => {
    await expectNothingDangled([HOST], "down", "alice-dev", "--yes");
    expect(await records()).toEqual([]);
    expect(await certificates()).toHaveLength(1);
  },
  2 * MINUTES,
);

test(
  "nothing is left, even when the cluster was deleted by hand",
  async () => {
    await world.doksEnvWell(...up);
    const id = await world.output("alice-dev", "clusterId");
    const path = `/v2/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`;
    await world.api.request("DELETE", path);
    await world.down("alice-dev");
    expect(await addressesOf(HOST)).toEqual([]);
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
