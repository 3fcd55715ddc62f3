import type { PropertyMap } from "../../protocol/properties";
import { failureOf } from "../protocol/support/provider-client";
import { CERTIFICATE, DOMAIN, RECORD, TestPlugin } from "./support/test-plugin";

const ZONE = "dev.example.com";
const record: PropertyMap = { type: "A", domain: ZONE, name: "www", value: "192.0.2.1", ttl: 60 };
const wildcard: PropertyMap = {
  name: "web",
  type: "lets_encrypt",
  domains: [ZONE, `*.${ZONE}`],
};

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await TestPlugin.start();
  await plugin.create(DOMAIN, { name: ZONE });
});

afterEach(async () => {
  const strange = await plugin.strangeRequests();
  await plugin.close();
  expect(strange).toEqual([]);
});

/** Lets the account's clock run while the plugin waits. */
function issueSoon(): NodeJS.Timeout {
  return setInterval(() => plugin.emulator.clock.advance(10_000), 5);
}

async function issued() {
  const running = issueSoon();
  try {
    return await plugin.create(CERTIFICATE, wildcard);
  } finally {
    clearInterval(running);
  }
}

test("a domain has its name as id, and is deleted", async () => {
  const zone = await plugin.create(DOMAIN, { name: "example.org" });
  expect(zone).toMatchObject({
    id: "example.org",
    outputs: { name: "example.org", domainUrn: "do:domain:example.org", ttl: 1800 },
  });
  expect((await plugin.diff(DOMAIN, zone, { name: "example.org" })).diffs).toEqual([]);
  expect((await plugin.diff(DOMAIN, zone, { name: "example.net" })).replaces).toEqual(["name"]);
  await plugin.client.delete(DOMAIN, zone.id, zone.outputs);
  expect(await plugin.refresh(DOMAIN, zone)).toBeUndefined();
});

test("a record is created, changed in place, and deleted", async () => {
  const created = await plugin.create(RECORD, record);
  expect(created.outputs).toMatchObject({ ...record, fqdn: `www.${ZONE}`, priority: 0, tag: "" });
  expect((await plugin.diff(RECORD, created, record)).diffs).toEqual([]);
  expect(await plugin.refresh(RECORD, created)).toEqual(created);
  const moved = { ...record, value: "192.0.2.2" };
  expect((await plugin.diff(RECORD, created, moved)).replaces).toEqual([]);
  const updated = await plugin.update(RECORD, created, moved);
  expect(updated.outputs.value).toBe("192.0.2.2");
  const other = { ...record, domain: "example.org" };
  expect((await plugin.diff(RECORD, created, other)).replaces).toEqual(["domain"]);
  await plugin.client.delete(RECORD, created.id, created.outputs);
  await plugin.client.delete(RECORD, created.id, created.outputs);
  expect(await plugin.refresh(RECORD, created)).toBeUndefined();
});

test("the same record twice is two records", async () => {
  const one = await plugin.create(RECORD, record);
  expect((await plugin.create(RECORD, record)).id).not.toBe(one.id);
});

test("waits for a certificate, which has its name as id", async () => {
  const created = await issued();
  expect(created).toMatchObject({
    id: "web",
    outputs: { state: "verified", type: "lets_encrypt" },
  });
  expect(plugin.waits[0]).toBe(10_000);
  expect((await plugin.diff(CERTIFICATE, created, wildcard)).diffs).toEqual([]);
  const renamed = { ...wildcard, name: "other" };
  expect((await plugin.diff(CERTIFICATE, created, renamed)).replaces).toEqual(["name"]);
});

test("a renewal changes only the uuid", async () => {
  const created = await issued();
  plugin.emulator.clock.advance(61 * 86_400_000);
  const found = await plugin.refresh(CERTIFICATE, created);
  expect(found?.id).toBe("web");
  expect(found?.outputs.uuid).not.toBe(created.outputs.uuid);
  expect(found && (await plugin.diff(CERTIFICATE, found, wildcard)).diffs).toEqual([]);
});

test("the apex that the API adds is a difference", async () => {
  const running = issueSoon();
  const alone = { ...wildcard, domains: [`*.${ZONE}`] };
  const created = await plugin.create(CERTIFICATE, alone);
  clearInterval(running);
  expect((await plugin.diff(CERTIFICATE, created, alone)).replaces).toEqual(["domains"]);
});

test("a certificate for a domain that the account does not have is refused", async () => {
  const failure = await failureOf(
    plugin.create(CERTIFICATE, { ...wildcard, domains: ["example.net"] }),
  );
  expect(failure.message).toContain("Error creating Certificate: ");
});
