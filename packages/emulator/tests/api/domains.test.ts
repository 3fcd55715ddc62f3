import { Resolver as Client } from "node:dns/promises";
import { TestEmulator } from "./support/test-emulator";

const DOMAIN = "dev.example.com";
const RECORDS = `/v2/domains/${DOMAIN}/records`;

interface RecordBody {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly data: string;
  readonly ttl: number;
}

let emulator: TestEmulator;
let client: Client;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  await emulator.call("POST", "/v2/domains", { name: DOMAIN });
  client = new Client({ timeout: 2_000 });
  client.setServers([new URL(emulator.url).host]);
});
afterEach(() => emulator.close());

async function records(query = ""): Promise<RecordBody[]> {
  const { body } = await emulator.get<{ domain_records: RecordBody[] }>(`${RECORDS}${query}`);
  return body.domain_records;
}

async function add(record: object): Promise<RecordBody> {
  const answer = await emulator.call<{ domain_record: RecordBody }>("POST", RECORDS, record);
  expect(answer.status).toBe(201);
  return answer.body.domain_record;
}

const address = (name: string, data: string) => ({ type: "A", name, data });

async function refusal(record: object, method = "POST", path = RECORDS) {
  const { status, body } = await emulator.call<{ message: string }>(method, path, record);
  return { status, message: body.message };
}

test("a new domain has name servers and an SOA, and an address if it was given one", async () => {
  await emulator.call("POST", "/v2/domains", { name: "example.org", ip_address: "192.0.2.9" });
  const { body } = await emulator.get<{ domain_records: RecordBody[] }>(
    "/v2/domains/example.org/records",
  );

  expect(body.domain_records.map(({ type, name, data, ttl }) => [type, name, data, ttl])).toEqual([
    ["SOA", "@", "1800", 1800],
    ["NS", "@", "ns1.digitalocean.com", 1800],
    ["NS", "@", "ns2.digitalocean.com", 1800],
    ["NS", "@", "ns3.digitalocean.com", 1800],
    ["A", "@", "192.0.2.9", 1800],
  ]);
});

test("an equal record is accepted with another id", async () => {
  const one = await add(address("www", "192.0.2.1"));
  const other = await add(address("www", "192.0.2.1"));

  expect(Number.isInteger(one.id)).toBe(true);
  expect(other.id).not.toBe(one.id);
});

test.each([
  ["a whole name", "?name=www.dev.example.com", 2],
  ["a type", "?type=A", 2],
  ["both", "?name=www.dev.example.com&type=TXT", 1],
  ["a name without the zone, which fits nothing", "?name=www", 0],
])("records are filtered by %s", async (_, query, count) => {
  await add(address("www", "192.0.2.1"));
  await add(address("@", "192.0.2.2"));
  await add({ type: "TXT", name: "www", data: "owner" });

  expect(await records(query)).toHaveLength(count);
});

test.each([
  ["a CNAME beside a record", { type: "CNAME", name: "www", data: "example.org." }],
  ["a record beside a CNAME", address("alias", "192.0.2.1")],
])("refuses %s", async (_, record) => {
  await add(address("www", "192.0.2.1"));
  await add({ type: "CNAME", name: "alias", data: "example.org." });

  expect(await refusal(record)).toEqual({
    status: 422,
    message: "records cannot share a name with a CNAME record",
  });
});

test.each([
  [address("www", "not-an-address")],
  [address("-www", "192.0.2.1")],
  [{ type: "CNAME", name: "x", data: "example.org" }],
  [{ ...address("www", "192.0.2.1"), ttl: 10 }],
  [{ type: "TXT", name: "x", data: "" }],
  [{ type: "SOA", name: "@", data: "1800" }],
  [address("www.example.org.", "192.0.2.1")],
  [{ type: "CAA", name: "@", data: "letsencrypt.org." }],
  [{ type: "CAA", name: "@", data: "letsencrypt.org.", flags: 0, tag: "all" }],
  [{ type: "SRV", name: "_sip._tcp", data: "sip.example.org.", priority: 0, weight: 0, port: 0 }],
])("refuses %j", async (record) => {
  expect((await refusal(record)).status).toBe(422);
});

test.each([
  ["MX", "Priority"],
  ["SRV", "Weight"],
])("an %s record requires its type's fields", async (type, field) => {
  const record = { type, name: "@", data: "mail.example.org." };
  expect(await refusal(type === "MX" ? record : { ...record, priority: 0 })).toEqual({
    status: 422,
    message: `${field} is not a number and ${field} ${field} must be an integer between 0 and 65535`,
  });
  const numbers = { priority: 0, weight: 0, port: 5060 };
  expect(await add({ ...record, ...numbers })).toMatchObject(
    type === "MX" ? { priority: 0, weight: null, port: null } : numbers,
  );
});

test("a name that ends in a dot is fully qualified", async () => {
  const name = `_acme-challenge.www.${DOMAIN}.`;
  const { id } = await add({ type: "TXT", name, data: "token", ttl: 60 });
  await add(address(`${DOMAIN}.`, "192.0.2.1"));
  const found = await records("?per_page=200");
  expect(found.filter(({ type }) => ["A", "TXT"].includes(type)).map((one) => one.name)).toEqual([
    "_acme-challenge.www",
    "@",
  ]);
  await emulator.call("PUT", `${RECORDS}/${id}`, { type: "TXT", name: `moved.${DOMAIN}.` });
  expect((await records("?type=TXT")).map((one) => one.name)).toEqual(["moved"]);
});

test("only the TTL of an SOA can change, and it cannot be deleted", async () => {
  const [soa] = await records("?type=SOA");
  const path = `${RECORDS}/${String(soa?.id)}`;
  expect(await refusal({}, "DELETE", path)).toMatchObject({ status: 422 });
  const changes = { type: "SOA", name: "other", data: "x", ttl: 600 };
  expect((await emulator.call("PUT", path, changes)).status).toBe(200);
  expect(await records("?type=SOA")).toEqual([{ ...soa, ttl: 600 }]);
});

test("a page beyond the end is empty, and one that is too large is refused", async () => {
  const { body } = await emulator.get<object>(`${RECORDS}?page=9`);
  expect(body).toMatchObject({ domain_records: [], meta: { total: 4 } });
  for (const query of ["per_page=201", "per_page=0", "page=0", "page=two"]) {
    expect((await emulator.get(`${RECORDS}?${query}`)).status).toBe(400);
  }
});

test("refuses a taken name, and an invalid domain", async () => {
  expect((await refusal({ name: DOMAIN }, "POST", "/v2/domains")).status).toBe(422);
  expect((await refusal({ name: "no domain" }, "POST", "/v2/domains")).status).toBe(422);
});

test("records with the same name have the same TTL", async () => {
  const one = await add({ ...address("www", "192.0.2.1"), ttl: 60 });
  await add({ ...address("www", "192.0.2.2"), ttl: 300 });

  expect((await records()).find(({ id }) => id === one.id)?.ttl).toBe(300);
});

test("a record is changed in place and deleted; a domain is deleted with its records", async () => {
  const { id } = await add(address("www", "192.0.2.1"));
  await emulator.call("PATCH", `${RECORDS}/${id}`, { type: "A", data: "192.0.2.7" });
  expect((await records("?name=www.dev.example.com"))[0]).toMatchObject({
    id,
    name: "www",
    data: "192.0.2.7",
  });

  expect((await emulator.call("DELETE", `${RECORDS}/${id}`)).status).toBe(204);
  expect((await emulator.call("DELETE", `${RECORDS}/${id}`)).status).toBe(404);
  expect((await emulator.call("DELETE", `/v2/domains/${DOMAIN}`)).status).toBe(204);
  expect(emulator.account.store.domainRecords.all()).toEqual([]);
});

test("the zone file contains the SOA and every record", async () => {
  await add({ ...address("www", "192.0.2.1"), ttl: 60 });
  const { body } = await emulator.get<{ domain: { zone_file: string } }>(`/v2/domains/${DOMAIN}`);

  expect(body.domain.zone_file).toMatch(/IN SOA ns1\.digitalocean\.com\. .* 1800$/m);
  expect(body.domain.zone_file).toContain("www.dev.example.com. 60 IN A 192.0.2.1");
});

describe("the resolver", () => {
  test("answers for records, aliases and name servers", async () => {
    await add(address("www", "192.0.2.1"));
    await add({ type: "CNAME", name: "alias", data: `www.${DOMAIN}.` });

    expect(await client.resolve4(`www.${DOMAIN}`)).toEqual(["192.0.2.1"]);
    expect(await client.resolve4(`alias.${DOMAIN}`)).toEqual(["192.0.2.1"]);
    expect((await client.resolveNs(DOMAIN)).sort()[0]).toBe("ns1.digitalocean.com");
  });

  test("answers for a wildcard only where the name does not exist", async () => {
    await add(address("*", "192.0.2.1"));
    await add(address("own", "192.0.2.2"));
    await add({ type: "TXT", name: "_note.text", data: "x" });

    expect(await client.resolve4(`any.${DOMAIN}`)).toEqual(["192.0.2.1"]);
    expect(await client.resolve4(`own.${DOMAIN}`)).toEqual(["192.0.2.2"]);
    await expect(client.resolve4(`text.${DOMAIN}`)).rejects.toMatchObject({ code: "ENODATA" });
  });

  test("distinguishes missing names from other accounts' domains", async () => {
    await expect(client.resolve4(`none.${DOMAIN}`)).rejects.toMatchObject({ code: "ENOTFOUND" });
    await expect(client.resolve4("example.net")).rejects.toMatchObject({ code: "EREFUSED" });
  });
});
