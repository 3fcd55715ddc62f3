import {
  recordedSettings,
  recordSettings,
  settingsReader,
} from "../../../cli/stacks/settings-record";
import type { Layer } from "../../../core/settings/layers";
import { revisionOf } from "../../../core/settings/revision";
import { recorded, recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

const DIGEST = `sha256:${"a".repeat(64)}`;
const brought = (own: Layer) => ({ settings: { own, revision: revisionOf(own) } });

/** The tags after these were recorded over what the outputs say. */
function tagsAfter(own: Layer, outputs: object, before: Record<string, string> = {}) {
  const changes = recordSettings(own, { tags: before, outputs: { ...outputs } });
  const tags = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
  return Object.fromEntries(tags) as Record<string, string>;
}

describe("the record of an environment's settings", () => {
  it.each<[string, Layer]>([
    ["nothing", {}],
    ["texts", { imageTag: "20261123", kubernetesVersion: "1.40", protect: "false" }],
    [
      "more than one tag holds",
      {
        images: {
          "ä/web": { digest: DIGEST },
          api: { digest: DIGEST },
          x: { digest: DIGEST },
          y: { digest: DIGEST },
        },
      },
    ],
  ])("is read back unchanged: %s", (_, own) => {
    const tags = tagsAfter(own, {}, { owner: "alice", settings1: "old", settings9: "old" });
    expect(recordedSettings({ tags, outputs: {} })).toEqual({ own, revision: revisionOf(own) });
    for (const [name, value] of Object.entries(tags)) {
      // Limits of Pulumi Cloud: pkg/util/validation/stack.go of Pulumi 3.259.
      expect(name).toMatch(/^[a-zA-Z0-9-_.:]{1,40}$/);
      expect(value.length).toBeLessThanOrEqual(256);
    }
    expect(tags.owner).toBe("alice");
  });

  // In the order in which it happened.
  it.each<[string, { tags?: Record<string, string>; outputs?: object }, Layer | undefined]>([
    ["a stack that was never updated", {}, undefined],
    [
      "plain pulumi alone has updated it",
      { outputs: brought({ nodeCount: "2" }) },
      { nodeCount: "2" },
    ],
    [
      "an update of doks-env has succeeded",
      { tags: tagsAfter({ nodeCount: "4" }, {}), outputs: brought({ nodeCount: "4" }) },
      { nodeCount: "4" },
    ],
    [
      "an update of doks-env was killed, or has failed",
      {
        tags: tagsAfter({ nodeCount: "4" }, brought({ nodeCount: "2" })),
        outputs: brought({ nodeCount: "2" }),
      },
      { nodeCount: "4" },
    ],
    [
      "its first update was killed",
      { tags: tagsAfter({ nodeCount: "4" }, {}) },
      { nodeCount: "4" },
    ],
    [
      "plain pulumi has updated it since",
      {
        tags: tagsAfter({ nodeCount: "4" }, brought({ nodeCount: "2" })),
        outputs: brought({ nodeCount: "5" }),
      },
      { nodeCount: "5" },
    ],
    ["it sleeps, and has no outputs", { tags: recorded({ nodeCount: "4" }) }, { nodeCount: "4" }],
  ])("contains the settings of the last update: %s", (_, { tags = {}, outputs = {} }, own) => {
    expect(recordedSettings({ tags, outputs: { ...outputs } })?.own).toEqual(own);
  });

  it("is not guessed when it cannot be read", () => {
    expect(() => recordedSettings({ tags: { settings1: '{"own":' }, outputs: {} })).toThrow();
    expect(() => recordedSettings({ tags: { settings1: "{}" }, outputs: {} })).toThrow(
      "should contain its settings",
    );
  });
});

describe("an environment that was last updated before there was a record", () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
    place.write("Pulumi.yaml", "name: shop\nruntime: nodejs\nconfig: {ttl: 7d}\n");
  });
  afterEach(() => place.remove());

  it("has the settings of Pulumi's history, without its project's and its sleep's", async () => {
    const config = {
      "shop:ttl": "7d",
      "shop:nodeCount": 4,
      "shop:pins": { "acme/api:v1": DIGEST, "acme/web:v1": DIGEST },
      "aws:region": "x",
    };
    place.backend.write(
      ".pulumi/history/shop/alice-dev/alice-dev-1.history.json",
      JSON.stringify({ kind: "update", config }),
    );
    const record = recordOf({ tags: { pins1: `acme/api:v1=${DIGEST}` } });
    const own = { nodeCount: "4", pins: { "acme/web:v1": DIGEST } };
    expect((await settingsReader(place.context())(record))?.own).toEqual(own);
  });

  it("has none when it was never updated", async () => {
    expect(await settingsReader(place.context())(recordOf())).toBeUndefined();
  });
});
