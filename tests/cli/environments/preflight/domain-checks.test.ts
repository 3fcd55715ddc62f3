import { DigitalOcean } from "../../../../cli/account/digitalocean";
import { checkName, domainPreflight } from "../../../../cli/environments/preflight/domain-checks";
import { certificateName, certifiedNames } from "../../../../core/names";
import { type Settings, settingsSchema } from "../../../../core/settings/schema";
import { TestEmulator } from "../../../../packages/emulator/tests/api/support/test-emulator";

const DOMAIN = "dev.example.com";
const RECORDS = `/v2/domains/${DOMAIN}/records`;

let emulator: TestEmulator;
beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

const account = (token = emulator.token) =>
  new DigitalOcean({ origin: emulator.url, token }, { sleep: async () => {} });
const settings = (changes: object = {}): Settings =>
  settingsSchema.parse({ domain: DOMAIN, ...changes });
const texts = (findings: readonly { readonly state: string; readonly message: string }[]) =>
  findings.map(({ state, message }) => `${state}: ${message}`);

async function setUp(): Promise<void> {
  await emulator.call("POST", "/v2/domains", { name: DOMAIN });
  await emulator.call("POST", "/v2/certificates", {
    name: certificateName(DOMAIN),
    type: "lets_encrypt",
    dns_names: certifiedNames(DOMAIN),
  });
  emulator.clock.advance(60_000);
}

describe("an environment's name", () => {
  const check = async (changes: object = {}, recordIds: string[] = []) =>
    texts(
      await checkName(
        ...([account(), "alice-dev", settings(changes), async () => ({ recordIds })] as const),
        emulator.clock.now(),
      ),
    );

  test("passes with the zone, the certificate, and without a record", async () => {
    await setUp();
    expect(await check()).toEqual([]);
  });

  test("is not checked without a domain, and on a shared cluster", async () => {
    expect(await check({ domain: undefined })).toEqual([]);
    expect(await check({ placement: "namespace", hostStack: "team-shared" })).toEqual([]);
  });

  test("needs the zone", async () => {
    expect(await check()).toEqual(["fault: the account has no domain dev.example.com"]);
  });

  test("needs the certificate, unless the tree ends TLS", async () => {
    await emulator.call("POST", "/v2/domains", { name: DOMAIN });
    expect(await check()).toEqual([
      expect.stringMatching(/^fault: the certificate for .* is not in the account$/),
    ]);
    expect(await check({ https: "none" })).toEqual([]);
  });

  test("is refused for another owner's record, but not for its own, even if unfinished", async () => {
    await setUp();
    const record = { type: "A", name: "alice-dev", data: "192.0.2.1" };
    const { body } = await emulator.call<{ domain_record: { id: number } }>(
      "POST",
      RECORDS,
      record,
    );
    const id = String(body.domain_record.id);
    expect(await check()).toEqual([expect.stringContaining(`has record ${id} already`)]);
    expect(await check({}, [id])).toEqual([]);
    const begun = { urn: "urn:record", domain: DOMAIN, host: `alice-dev.${DOMAIN}` };
    const begunAt = async (address: string) =>
      texts(
        await checkName(
          account(),
          "alice-dev",
          settings(),
          async () => ({ begunRecords: [{ ...begun, address }] }),
          emulator.clock.now(),
        ),
      );
    expect(await begunAt("192.0.2.1")).toEqual([]);
    expect(await begunAt("192.0.2.9")).toEqual([expect.stringContaining("already")]);
  });

  test("is refused when a further name is taken", async () => {
    await setUp();
    const record = { type: "A", name: "api--alice-dev", data: "192.0.2.1" };
    await emulator.call("POST", RECORDS, record);
    expect(await check()).toEqual([]);
    expect(await check({ hosts: { api: { service: "api" } } })).toEqual([
      expect.stringMatching(/^fault: api--alice-dev\.dev\.example\.com has record \d+ already/),
    ]);
  });

  test("is not needed when access admits no client, and must not point to its load balancer", async () => {
    // The emulator has those of Services only.
    const balanced = Object.assign(account(), {
      loadBalancers: () => Promise.resolve([{ ip: "192.0.2.1", tags: ["k8s:its-cluster"] }]),
    });
    const closing = async (clusterIds: string[]) =>
      texts(
        await checkName(
          balanced,
          "alice-dev",
          settings({ access: [] }),
          async () => ({ clusterIds }),
          emulator.clock.now(),
        ),
      );
    expect(await closing(["its-cluster"])).toEqual([]);
    await setUp();
    expect(await closing(["its-cluster"])).toEqual([]);
    const record = { type: "A", name: "alice-dev", data: "192.0.2.1" };
    await emulator.call("POST", RECORDS, record);
    expect(await closing(["its-cluster"])).toEqual([
      expect.stringMatching(
        /^fault: access would admit no client, but alice-dev\.dev\.example\.com/,
      ),
    ]);
    expect(await closing(["another"])).toEqual([]);
    expect(await closing([])).toEqual([]);
  });

  test("lists the token's missing scopes", async () => {
    const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", {
      scopes: ["account:read"],
    });
    const findings = await checkName(
      account(body.token),
      "alice-dev",
      settings(),
      async () => ({}),
      emulator.clock.now(),
    );
    expect(texts(findings).join()).toMatch(/domain:read.*certificate:read/s);
  });
});

describe("a domain for environments", () => {
  const check = async (zone: string, isNew = true) =>
    texts(await domainPreflight(account(), settings({ placement: "domain", zone }), isNew));
  const exists = () => emulator.call("POST", "/v2/domains", { name: DOMAIN });

  test("is created if missing, and costs nothing", async () => {
    expect(await check("create")).toEqual([
      expect.stringMatching(/^ok: the account of/),
      "ok: domains cost nothing",
    ]);
  });

  test("is neither adopted nor created against the setting zone", async () => {
    expect(await check("existing")).toContain("fault: the account has no domain dev.example.com");
    await exists();
    expect(await check("create")).toContain(
      "fault: the account already has domain dev.example.com, which this stack did not create",
    );
    expect(await check("existing")).not.toContainEqual(expect.stringMatching(/^fault/));
    expect(await check("create", false)).not.toContainEqual(expect.stringMatching(/^fault/));
  });
});
