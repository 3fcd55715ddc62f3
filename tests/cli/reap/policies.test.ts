import { gzipSync } from "node:zlib";
import { policyReader } from "../../../cli/reap/policies";
import { secondsOf } from "../../../core/duration";
import type { Policy } from "../../../core/reaping-policy";
import { outputsOf } from "../stacks/support/checkpoints";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

/** As the output `policy` has it. */
const SAID = {
  ttl: "10d",
  maxTtl: "20d",
  idleAfter: "5h",
  onIdle: "keep",
  destroyAfterIdle: "6d",
  protect: false,
  warnAhead: ["1h"],
};

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.write("Pulumi.dev.yaml", "config: {shop:ttl: 12d}\n");
});
afterEach(() => place.remove());

const policyOf = (record = recordOf()) =>
  policyReader(place.context())({ ...record, stack: "alice-dev" });

/** An operation as Pulumi's history has it; the n-th. */
function happened(n: number, kind: string, config: object, ending = "json"): void {
  const text = JSON.stringify({ kind, startTime: n, config, result: "succeeded" });
  place.backend.write(
    `.pulumi/history/shop/alice-dev/alice-dev-176400000000000000${n}.history.${ending}`,
    ending === "json" ? text : gzipSync(text),
  );
}

describe("the policy of an environment", () => {
  it("comes from the outputs of its last update", async () => {
    happened(1, "update", { "shop:ttl": "1d" });
    expect(await policyOf(recordOf({ outputs: { policy: SAID } }))).toEqual({
      policy: {
        ttlSeconds: secondsOf("10d"),
        maxTtlSeconds: secondsOf("20d"),
        idleAfterSeconds: secondsOf("5h"),
        onIdle: "keep",
        destroyAfterIdleSeconds: secondsOf("6d"),
        protect: false,
        warnAheadSeconds: [secondsOf("1h")],
      } satisfies Policy,
    });
  });

  it.each([
    ["it sleeps, or its first update failed", {}],
    ["an earlier version has updated it", outputsOf("alice-dev")],
    ["a setting is missing in them", { policy: { ...SAID, maxTtl: undefined } }],
    ["a setting in them is none that is known", { policy: { ...SAID, onIdle: "hibernate" } }],
  ])("comes from the config of its last update without such outputs: %s", async (_, outputs) => {
    happened(1, "update", { "shop:ttl": "1d" });
    happened(2, "update", {
      "shop:ttl": "25d",
      "shop:workingHours": { wakeAt: "08:00", sleepAt: "18:00", timeZone: "Europe/Berlin" },
      "shop:imageTag": { secure: "v1:abc" },
      "digitalocean:token": { secure: "v1:abc" },
    });
    const { policy, fault } = await policyOf(
      recordOf({
        outputs: JSON.parse(JSON.stringify(outputs)) as object as Record<string, unknown>,
      }),
    );
    expect(fault).toBeUndefined();
    expect(policy).toMatchObject({
      ttlSeconds: secondsOf("25d"),
      workingHours: { timeZone: "Europe/Berlin" },
    });
  });

  it("does not come from a destroy, which may lack the settings", async () => {
    happened(1, "update", { "shop:ttl": "25d" }, "json.gz");
    happened(2, "destroy", { "shop:ttl": "7d" });
    expect((await policyOf()).policy.ttlSeconds).toBe(secondsOf("25d"));
  });

  it("takes values from the profile that only Pulumi.yaml had set", async () => {
    place.write("Pulumi.yaml", "name: shop\nruntime: nodejs\nconfig: {ttl: {default: 7d}}\n");
    happened(1, "update", { "shop:ttl": "7d", "shop:idleAfter": "9h" });
    expect((await policyOf()).policy).toMatchObject({
      ttlSeconds: secondsOf("12d"),
      idleAfterSeconds: secondsOf("9h"),
    });
  });

  it("comes from its profile without an update", async () => {
    expect((await policyOf()).policy.ttlSeconds).toBe(secondsOf("12d"));
  });

  it.each(["true", "false"])(
    "has the protection of its tag regardless of the last update: %s",
    async (tag) => {
      const outputs = { policy: { ...SAID, protect: tag !== "true" } };
      const record = recordOf({ outputs, tags: { protected: tag } });
      expect((await policyOf(record)).policy.protect).toBe(tag === "true");
    },
  );

  it("has the configured protection without a tag", async () => {
    happened(1, "update", { "shop:protect": "true" });
    expect((await policyOf()).policy.protect).toBe(true);
  });

  it("is read with one pulumi command for a backend that only pulumi can read", async () => {
    place.env = { ...place.env, PULUMI_BACKEND_URL: "https://api.pulumi.com" };
    const value = (text: string) => ({ value: text, secret: false });
    place.pulumi.answer("stack history", {
      stdout: JSON.stringify([
        { kind: "destroy", config: {} },
        {
          kind: "update",
          config: {
            "shop:ttl": value("25d"),
            "shop:warnAhead": { ...value('["3h"]'), objectValue: ["3h"] },
            "shop:imageTag": { secret: true },
          },
        },
      ]),
    });
    expect((await policyOf()).policy).toMatchObject({
      ttlSeconds: secondsOf("25d"),
      warnAheadSeconds: [secondsOf("3h")],
    });
    expect(place.pulumi.calls).toEqual([["stack", "history", "--json", "--stack", "alice-dev"]]);
  });
});

describe("an unknown policy is reported as a fault", () => {
  it("when the history cannot be read", async () => {
    place.backend.write(".pulumi/history/shop/alice-dev/alice-dev-1.history.json", "no JSON");
    expect((await policyOf()).fault).toBe("its lifetime is unknown: it is not valid JSON");
  });

  it("when the configured values are no longer allowed", async () => {
    happened(1, "update", { "shop:ttl": "90d" });
    expect((await policyOf()).fault).toContain("maxTtl must be at least ttl");
  });
});
