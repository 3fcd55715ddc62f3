import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Authority } from "../../account/authority";
import { TestEmulator } from "./support/test-emulator";

const DOMAIN = "dev.example.com";
const CERTIFICATES = "/v2/certificates";
const DAY_MS = 86_400_000;

interface CertificateBody {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly dns_names: readonly string[];
  readonly not_after: string;
  readonly sha1_fingerprint: string;
}

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  await emulator.call("POST", "/v2/domains", { name: DOMAIN });
});
afterEach(() => emulator.close());

const wildcard = { name: "web", type: "lets_encrypt", dns_names: [`*.${DOMAIN}`] };

async function create(request: object = wildcard): Promise<CertificateBody> {
  const { status, body } = await emulator.call<{ certificate: CertificateBody }>(
    "POST",
    CERTIFICATES,
    request,
  );
  expect(status).toBe(201);
  return body.certificate;
}

/** Creates a certificate and waits by the account's clock until it is issued. */
async function issued(): Promise<CertificateBody> {
  await create();
  emulator.clock.advance(60_000);
  return named("web");
}

async function named(name: string): Promise<CertificateBody> {
  const { body } = await emulator.get<{ certificates: CertificateBody[] }>(
    `${CERTIFICATES}?name=${name}`,
  );
  expect(body.certificates).toHaveLength(1);
  return body.certificates[0] as CertificateBody;
}

/** Ends TLS with a certificate. */
function loadBalancer(certificateId: string, disableLetsEncryptDnsRecords = false) {
  const tls = {
    entryProtocol: "https",
    entryPort: 443,
    targetProtocol: "http",
    targetPort: 30_443,
  };
  return emulator.controlPlanes.cloud.ensureLoadBalancer({
    clusterId: "cluster",
    serviceUid: "service",
    name: "balancer",
    type: "REGIONAL",
    region: "fra1",
    forwardingRules: [{ ...tls, certificateId }],
    options: {
      redirectHttpToHttps: true,
      enableProxyProtocol: false,
      enableBackendKeepalive: false,
      disableLetsEncryptDnsRecords,
      httpIdleTimeoutSeconds: 60,
      stickySessions: { type: "none" },
      firewall: { allow: [], deny: [] },
    },
    dropletIds: [],
    sizeUnit: 1,
    network: "EXTERNAL",
  });
}

const apex = () => emulator.account.domains.records(DOMAIN, { name: DOMAIN, type: "A" });

test("a certificate of Let's Encrypt is pending, then verified; the apex is added", async () => {
  const pending = await create();
  expect(pending).toMatchObject({ state: "pending", dns_names: [`*.${DOMAIN}`, DOMAIN] });

  emulator.clock.advance(60_000);
  const verified = await named("web");

  expect(verified).toMatchObject({ id: pending.id, state: "verified", type: "lets_encrypt" });
  const served = emulator.account.certificates.get(pending.id);
  const certificate = new X509Certificate(served.chain);
  const authority = new X509Certificate(
    readFileSync(join(emulator.stateDirectory, "authority.pem")),
  );
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.checkHost("alice-dev.dev.example.com")).toBeDefined();
  expect(certificate.checkHost("a.alice-dev.dev.example.com")).toBeUndefined();
  expect(certificate.fingerprint.replaceAll(":", "").toLowerCase()).toBe(verified.sha1_fingerprint);
});

test("private keys are neither in responses nor in files that others can read", async () => {
  const { id } = await issued();
  const { text } = await emulator.get(`${CERTIFICATES}/${id}`);

  expect(text).not.toContain("PRIVATE KEY");
  expect(text).not.toContain("BEGIN");
  for (const file of ["authority.key", "account.json"]) {
    expect(statSync(join(emulator.stateDirectory, file)).mode & 0o077).toBe(0);
  }
});

test.each([
  ["a name that is taken", wildcard],
  ["a domain that is not the account's", { ...wildcard, name: "b", dns_names: ["example.net"] }],
  ["no names", { ...wildcard, name: "b", dns_names: [] }],
  [
    "a key that is none",
    { name: "b", type: "custom", private_key: "x", leaf_certificate: "y", certificate_chain: "" },
  ],
])("refuses %s", async (_, request) => {
  await create();

  expect((await emulator.call("POST", CERTIFICATES, request)).status).toBe(422);
});

test("ends in error when its domain is deleted before the issue", async () => {
  await create();
  await emulator.call("DELETE", `/v2/domains/${DOMAIN}`);
  emulator.clock.advance(60_000);

  expect((await named("web")).state).toBe("error");
});

test("a renewal changes the id, also in load balancers, and keeps the name", async () => {
  const before = await issued();
  const { id } = loadBalancer(before.id);

  emulator.clock.advance(61 * DAY_MS);
  const after = await named("web");

  expect(after.id).not.toBe(before.id);
  expect(after.sha1_fingerprint).not.toBe(before.sha1_fingerprint);
  expect(Date.parse(after.not_after) - emulator.clock.now().getTime()).toBeGreaterThan(89 * DAY_MS);
  expect((await emulator.get(`${CERTIFICATES}/${before.id}`)).status).toBe(404);
  const { body } = await emulator.get<{
    load_balancer: { forwarding_rules: { certificate_id: string }[] };
  }>(`/v2/load_balancers/${id}`);
  expect(body.load_balancer.forwarding_rules[0]?.certificate_id).toBe(after.id);
});

test("a renewal can be requested", async () => {
  const before = await issued();
  await emulator.call("POST", "/_emulator/certificates", { renew: "web" });

  expect((await named("web")).id).not.toBe(before.id);
  const unknown = await emulator.call("POST", "/_emulator/certificates", { renew: "other" });
  expect(unknown.status).toBe(404);
});

test("a certificate in use cannot be deleted", async () => {
  const { id } = await issued();
  const balancer = loadBalancer(id);
  const refused = await emulator.call<{ message: string }>("DELETE", `${CERTIFICATES}/${id}`);
  expect([refused.status, refused.body.message]).toEqual([
    403,
    "Make sure the certificate is not in use before deleting it",
  ]);

  emulator.account.loadBalancers.delete(balancer.id);

  expect((await emulator.call("DELETE", `${CERTIFICATES}/${id}`)).status).toBe(204);
});

test("a load balancer requires an existing, verified certificate", async () => {
  expect(() => loadBalancer("none")).toThrow("certificate none was not found");
  const { id } = await create();
  expect(() => loadBalancer(id)).toThrow("is not verified");
});

test("a load balancer with a certificate of Let's Encrypt points the apex to itself", async () => {
  const { id } = await issued();
  const { ip } = loadBalancer(id);

  expect(apex().map(({ data }) => data)).toEqual([ip]);
});

test("a load balancer does not change the apex when that is disabled", async () => {
  const { id } = await issued();
  loadBalancer(id, true);

  expect(apex()).toEqual([]);
});

test("a custom certificate is verified at once, with its own expiry", async () => {
  const notAfter = new Date(Date.now() + 10 * DAY_MS);
  const { leaf, privateKey } = new Authority(emulator.stateDirectory).issue([DOMAIN], notAfter);
  const own = await create({
    name: "own",
    type: "custom",
    private_key: privateKey,
    leaf_certificate: leaf,
  });

  expect(own).toMatchObject({ state: "verified", type: "custom" });
  expect(Math.abs(Date.parse(own.not_after) - notAfter.getTime())).toBeLessThan(1_000);
});

test.each([
  ["certificate:read", "GET", CERTIFICATES, 200],
  ["domain:read", "GET", CERTIFICATES, 403],
  ["certificate:read", "GET", "/v2/domains", 403],
  ["domain:read", "GET", `/v2/domains/${DOMAIN}/records`, 200],
])("with %s, %s %s is %i", async (scope, method, path, expected) => {
  const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", {
    scopes: [scope],
  });

  expect((await emulator.call(method, path, undefined, body.token)).status).toBe(expected);
});

test("certificates and their authority are the same after a restart", async () => {
  const before = await issued();
  const file = join(emulator.stateDirectory, "authority.pem");
  const authority = readFileSync(file, "utf8");

  await emulator.restart();

  expect((await named("web")).id).toBe(before.id);
  expect(readFileSync(file, "utf8")).toBe(authority);
});
