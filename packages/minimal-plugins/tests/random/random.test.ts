import { type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";
import { randomProvider } from "../../random/provider";
import { FakeEngine } from "../protocol/support/fake-engine";
import { failureOf, ProviderClient } from "../protocol/support/provider-client";

const UUID = { type: "random:index/randomUuid:RandomUuid", name: "id" };
const KEEPERS = { account: "acme" };

let engine: FakeEngine;
let client: ProviderClient;

beforeEach(async () => {
  engine = await FakeEngine.start();
  client = await ProviderClient.serving(randomProvider);
  await client.handshake(engine.address);
});

afterEach(() => {
  client.close();
  engine.close();
});

test("a uuid is its own id, random, and has the keepers beside it", async () => {
  const { id, properties } = await client.create(UUID, { keepers: KEEPERS });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(properties).toEqual({ keepers: KEEPERS, result: id });
  expect((await client.create(UUID, {})).id).not.toBe(id);
});

test("a preview knows the keepers and not the uuid", async () => {
  const { properties } = await client.create(UUID, { keepers: KEEPERS }, { preview: true });
  expect(properties).toEqual({ keepers: KEEPERS, result: UNKNOWN });
});

test("other keepers need a new uuid, and the same ones do not", async () => {
  const states = { olds: { keepers: KEEPERS, result: "r" }, oldInputs: { keepers: KEEPERS } };
  const changed = await client.diff(UUID, { ...states, news: { keepers: { account: "other" } } });
  expect(changed).toMatchObject({ diffs: ["keepers"], replaces: ["keepers"] });
  expect(await client.diff(UUID, { ...states, news: { keepers: KEEPERS } })).toMatchObject({
    diffs: [],
    replaces: [],
  });
});

test("an update keeps the uuid", async () => {
  const states = { olds: { keepers: KEEPERS, result: "r" }, oldInputs: {}, news: {} };
  expect(await client.update(UUID, "r", states)).toEqual({ keepers: KEEPERS, result: "r" });
});

test("a read leaves everything as it is, and a deletion has nothing to delete", async () => {
  const state = { keepers: KEEPERS, result: "r" };
  expect(await client.read(UUID, "r", state, { keepers: KEEPERS })).toEqual({
    properties: state,
    inputs: { keepers: KEEPERS },
  });
  await expect(client.delete(UUID, "r", state)).resolves.toBeUndefined();
});

test.each<[PropertyMap, string[]]>([
  [{}, []],
  [{ keepers: KEEPERS }, []],
  [{ keepers: new Secret({ account: UNKNOWN }) }, []],
  [{ keepers: UNKNOWN }, []],
  [{ keepers: "acme" }, ["keepers"]],
  [{ keepers: { account: 1 } }, ["keepers"]],
  [{ keepers: [] }, ["keepers"]],
])("check of %j refuses %j", async (inputs, refused) => {
  const { failures } = await client.check(UUID, inputs);
  expect(failures.map(({ property }) => property)).toEqual(refused);
});

test("there is nothing else in it, and its error names the official plugin", async () => {
  const failure = await failureOf(
    client.check({ type: "random:index/randomPet:RandomPet", name: "p" }, {}),
  );
  expect(failure.details).toContain("install the official random plugin");
  const call = failureOf(client.invoke("random:index/any:any", {}));
  expect((await call).details).toContain("install the official random plugin");
});
