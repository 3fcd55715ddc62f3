import type { PropertyMap } from "../../protocol/properties";
import { Secret, stripSecrets } from "../../protocol/properties";
import { failureOf } from "../protocol/support/provider-client";
import { CREDENTIALS, TestPlugin } from "./support/test-plugin";

const INPUTS: PropertyMap = { registryName: "ours", expirySeconds: 3600 };

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await TestPlugin.start();
  await plugin.createRegistry("ours");
});

afterEach(async () => {
  const strange = await plugin.strangeRequests();
  await plugin.close();
  expect(strange).toEqual([]);
});

test("are a secret in docker's format, until they expire", async () => {
  const before = Math.floor(Date.now() / 1000);
  const { id, outputs } = await plugin.create(CREDENTIALS, INPUTS);
  expect(id).toBe("ours");
  expect(outputs.dockerCredentials).toBeInstanceOf(Secret);
  const { dockerCredentials, credentialExpirationTime } = stripSecrets(outputs);
  expect(JSON.parse(dockerCredentials as string)).toEqual({
    auths: { "registry.digitalocean.com": { auth: expect.any(String) as string } },
  });
  const expiresAt = Date.parse(credentialExpirationTime as string) / 1000;
  expect(expiresAt - before).toBeGreaterThanOrEqual(3600);
  expect(expiresAt - before).toBeLessThan(3660);
});

test("are unchanged by a refresh until they expire", async () => {
  const credentials = await plugin.create(CREDENTIALS, INPUTS);
  expect(await plugin.refresh(CREDENTIALS, credentials)).toEqual(credentials);

  const expired = { ...credentials.outputs, credentialExpirationTime: "2020-01-01T00:00:00Z" };
  const found = await plugin.refresh(CREDENTIALS, { ...credentials, outputs: expired });
  expect(found?.outputs.credentialExpirationTime).not.toBe(expired.credentialExpirationTime);
});

test("are recreated for other rights", async () => {
  const credentials = await plugin.create(CREDENTIALS, INPUTS);
  const requests = await plugin.requestsOf(() =>
    plugin.update(CREDENTIALS, credentials, { ...INPUTS, write: true }),
  );
  expect(requests).toContain("GET /v2/registries/ours/docker-credentials");
});

test("are replaced for another registry", async () => {
  const credentials = await plugin.create(CREDENTIALS, INPUTS);
  const news = { ...INPUTS, registryName: "theirs" };
  expect((await plugin.diff(CREDENTIALS, credentials, news)).replaces).toEqual(["registryName"]);
});

test("fails for a registry that does not exist", async () => {
  const failure = await failureOf(plugin.create(CREDENTIALS, { registryName: "theirs" }));
  expect(failure.details).toContain("expected non-empty ID for new state during Create");
});
