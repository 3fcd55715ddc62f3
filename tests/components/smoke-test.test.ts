import * as pulumi from "@pulumi/pulumi";
import { SmokeTest, type SmokeTestArgs } from "../../components/smoke-test";
import { object } from "../helpers/kubernetes-objects";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const COMMAND = "command:local:Command";
const ARGS: SmokeTestArgs = {
  url: pulumi.output("http://203.0.113.7"),
  service: "web",
  place: {
    clusterId: "c-1",
    server: "https://cluster.example.com",
    certificateAuthorityData: pulumi.output("Q0E="),
    namespace: "alice-dev",
  },
  path: "/_healthz",
  expectedStatus: 200,
  timeoutSeconds: 300,
  objects: [object("ConfigMap", {})],
};

async function inputsOf(changes: Partial<SmokeTestArgs>): Promise<Record<string, unknown>> {
  const recording = await Recording.start();
  new SmokeTest("smoke", { ...ARGS, ...changes });
  return only(await recording.resources(), COMMAND).inputs;
}

const triggersOf = async (changes: Partial<SmokeTestArgs>) => (await inputsOf(changes)).triggers;

describe("SmokeTest", () => {
  it("runs the test with the address", async () => {
    const recording = await Recording.start({
      computed: { [COMMAND]: () => ({ stdout: "well" }) },
    });
    const test = new SmokeTest("smoke", ARGS);
    expect(await promiseOf(test.result)).toBe("well");
    const resources = await recording.resources();
    expect(lines(resources)).toEqual([
      `${COMMAND} smoke`,
      "ephemeral-doks:components:SmokeTest smoke",
    ]);
    expect(only(resources, COMMAND)).toMatchObject({
      parent: "smoke",
      inputs: {
        create: "node bin/smoke-test.js",
        environment: {
          SMOKE_TEST_URL: "http://203.0.113.7/_healthz",
          SMOKE_TEST_SERVICE: "web",
          SMOKE_TEST_PLACE:
            '{"clusterId":"c-1","server":"https://cluster.example.com","certificateAuthorityData":"Q0E=","namespace":"alice-dev"}',
          SMOKE_TEST_STATUS: "200",
          SMOKE_TEST_TIMEOUT_SECONDS: "300",
        },
      },
    });
  });

  it("runs it again only when the address or an object other than a Secret changes", async () => {
    const before = await triggersOf({});
    expect(await triggersOf({ objects: [...ARGS.objects, object("Secret", {})] })).toEqual(before);
    expect(await triggersOf({ objects: [object("ConfigMap", { a: 1 })] })).not.toEqual(before);
    expect(await triggersOf({ url: "http://203.0.113.8" })).not.toEqual(before);
  });

  it("passes the further names with their addresses", async () => {
    const host = {
      name: "api",
      url: "https://api--a.example.com",
      address: "203.0.113.8",
      service: "api",
    };
    const asked = { ...host, address: pulumi.output(host.address) };
    const { environment } = await inputsOf({ hosts: [asked] });
    expect(environment).toMatchObject({ SMOKE_TEST_HOSTS: JSON.stringify([host]) });
    expect((await inputsOf({})).environment).not.toHaveProperty("SMOKE_TEST_HOSTS");
  });

  it("passes a missing address, which makes the test fail", async () => {
    const recording = await Recording.start();
    new SmokeTest("smoke", { ...ARGS, url: pulumi.output<string | undefined>(undefined) });
    expect(only(await recording.resources(), COMMAND).inputs.environment).toMatchObject({
      SMOKE_TEST_URL: "",
    });
  });
});
