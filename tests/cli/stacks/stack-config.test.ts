import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../../../cli/stacks/engine";
import {
  restoreConfig,
  settingsOf,
  settingsWith,
  writeConfig,
} from "../../../cli/stacks/stack-config";
import { findStack } from "../../../cli/stacks/stacks";
import { UsageError } from "../../../cli/terminal/errors";
import { ConfigError } from "../../../core/settings/config-error";
import type { Layer } from "../../../core/settings/layers";
import { Workplace } from "../support/workplace";

const OLD = `sha256:${"a".repeat(64)}`;

let place: Workplace;
let engine: Engine;
beforeEach(() => {
  place = new Workplace();
  engine = new Engine(place.folder, place.env);
  place.write("Pulumi.yaml", "name: shop\nconfig:\n  ttl: {default: 7d}\n");
  place.write("Pulumi.dev.yaml", "config: {shop:nodeCount: 3}\n");
});
afterEach(() => place.remove());

const own = (config: Layer) =>
  place.write("Pulumi.alice-dev.yaml", `config: ${JSON.stringify(config)}\n`);
const settings = (changes?: Layer) => settingsOf(place.project, "alice-dev", changes).settings;

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("settingsOf", () => {
  it("reads the project's values, the profile's over them, and the stack's over all", () => {
    own({ "shop:nodeSize": "s-4vcpu-8gb" });
    expect(settings()).toMatchObject({ ttl: "7d", nodeCount: 3, nodeSize: "s-4vcpu-8gb" });
  });

  it("puts changes over all, and writes nothing", () => {
    own({ "shop:nodeCount": 4, "shop:quota": { pods: 10 } });
    expect(settings({ nodeCount: "5", quota: { cpu: "8" } })).toMatchObject({
      nodeCount: 5,
      quota: { pods: 10, cpu: "8" },
    });
    expect(settings()).toMatchObject({ nodeCount: 4, quota: { pods: 10, cpu: "16" } });
  });

  it("knows a stack that has no file yet", () => {
    expect(settings({ ttl: "8h" })).toMatchObject({ ttl: "8h", nodeCount: 3 });
    expect(existsSync(join(place.folder, "Pulumi.alice-dev.yaml"))).toBe(false);
  });

  it("replaces all that was said of an image: an old digest would win over a new tag", () => {
    own({ "shop:images": { api: { digest: OLD }, web: { tag: "v1" } } });
    expect(settings({ images: { api: { tag: "v2" } } }).images).toEqual({
      api: { tag: "v2" },
      web: { tag: "v1" },
    });
  });

  it("replaces all pins, which hold for what was looked up together", () => {
    own({ "shop:pins": { "acme/api:v1": OLD } });
    expect(settings({ pins: { "acme/web:v1": OLD } }).pins).toEqual({ "acme/web:v1": OLD });
  });

  it.each([
    ["../evil-dev", "evil-dev"],
    ["feature/x-dev", "feature-x-dev"],
    [`${"a".repeat(101)}-dev`, `${"a".repeat(96)}-dev`],
  ])("refuses the name %s before it reads or writes a file, with one that works", (stack, fix) => {
    const refused = expect.objectContaining({ fix: `use the name ${fix}` });
    expect(thrownBy(() => settingsOf(place.project, stack))).toEqual(refused);
    return expect(findStack(place.context(), stack)).rejects.toEqual(refused);
  });

  it("says of a stack of no profile which there are, and not how to rename a stack", () => {
    const error = thrownBy(() => settingsOf(place.project, "alice-prod"));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message:
        '"alice-prod" is of no profile: a stack\'s name is <owner>-<profile>, and the profiles are dev (the files Pulumi.<profile>.yaml)',
      fix: "use a name such as alice-prod-dev",
    });
  });
});

describe("settingsWith", () => {
  const thrownWith = (changes: Layer) =>
    thrownBy(() => settingsWith(place.project, "alice-dev", changes));

  it("tells faults of the command line without a file that does not have them", () => {
    own({ "shop:nodeSize": "s-4vcpu-8gb" });
    const error = thrownWith({ nodeCount: "many", ttl: "8x", nodeCuont: "4" });
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message.split("; ")).toEqual([
      "nodeCount must be a whole number from 1 to 512",
      'got "many"',
      "ttl must be a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d",
      'got "8x"',
      "nodeCuont is no setting",
      "did you mean nodeCount?",
    ]);
    expect(error).toMatchObject({ fix: "nothing was changed; say it again with what is allowed" });
  });

  it("tells what was wrong before as what it is: a fault of a file", () => {
    own({ "shop:nodeCount": "many" });
    const error = thrownWith({ ttl: "8h" });
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain("(in Pulumi.alice-dev.yaml)");
    expect((error as Error).message).toContain("pulumi config set nodeCount 2 --stack alice-dev");
  });

  it("lets the command line mend what was wrong", () => {
    own({ "shop:nodeCount": "many" });
    expect(settingsWith(place.project, "alice-dev", { nodeCount: "4" }).settings.nodeCount).toBe(4);
  });

  it("refuses a tag over which a digest in the profile would win without a word", () => {
    place.write("Pulumi.dev.yaml", `config: {shop:images: {api: {digest: "${OLD}"}}}\n`);
    const error = thrownWith({ images: { api: { tag: "v2" } } });
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: 'the profile (or Pulumi.yaml) gives api a digest, which wins over the tag "v2"',
      fix: "--image api=sha256:<digest>, or take the digest out of that file",
    });
    const digest = `sha256:${"b".repeat(64)}`;
    const { settings: allowed } = settingsWith(place.project, "alice-dev", {
      images: { api: { digest }, web: { tag: "v2" } },
    });
    expect(allowed.images).toEqual({ api: { digest }, web: { tag: "v2" } });
  });

  it("names the file of another setting that does not go together with it", () => {
    expect(thrownWith({ ttl: "60d" })).toMatchObject({
      message: 'maxTtl must be at least ttl, which is 60d; its default is "30d"',
    });
  });
});

describe("restoreConfig", () => {
  const restore = (tags = {}) => restoreConfig(place.project, { stack: "alice-dev", tags }, engine);

  it("asks for the config that the backend keeps where there is no file", async () => {
    await restore();
    expect(place.pulumi.calls).toEqual([["config", "refresh", "--stack", "alice-dev"]]);
  });

  it("leaves a file alone that is there", async () => {
    own({});
    await restore();
    expect(place.pulumi.calls).toEqual([]);
  });

  it("takes out of a file the digests that a wake has left which was killed, and no others", async () => {
    own({ "shop:pins": { "acme/web:v1": OLD } });
    await restore({ pins1: `acme/api:v1=${OLD}` });
    expect(place.pulumi.calls).toEqual([]);
    await restore({ pins1: `acme/web:v1=${OLD}` });
    expect(place.pulumi.calls).toEqual([["config", "rm", "shop:pins", "--stack", "alice-dev"]]);
  });

  it("takes out what only repeats the project: it would win over the profile", async () => {
    const file = join(place.folder, "Pulumi.alice-dev.yaml");
    const config = "config: {shop:ttl: 7d, shop:nodeCount: 4, shop:region: nyc3}";
    place.pulumi.install(`#!/bin/sh
echo "$@" >> "${place.pulumi.folder}/said"
test "$2" = refresh && echo "${config}" > "${file}"
exit 0
`);
    await restore();
    expect(readFileSync(join(place.pulumi.folder, "said"), "utf8")).toBe(
      "config refresh --stack alice-dev --non-interactive\nconfig rm-all --stack alice-dev ttl --non-interactive\n",
    );
  });

  it("finds nothing for a stack that was never updated", async () => {
    place.pulumi.answer("config refresh", { stderr: "error: no previous deployment", code: 255 });
    await expect(restore()).resolves.toBeUndefined();
  });

  it("fails with pulumi's words when it cannot be asked for", async () => {
    place.pulumi.answer("config refresh", { stderr: "error: incorrect passphrase", code: 255 });
    await expect(restore()).rejects.toThrow("incorrect passphrase");
  });
});

describe("writeConfig", () => {
  /** What pulumi is told to write. */
  async function written(changes: Layer): Promise<unknown> {
    await writeConfig(place.project, "alice-dev", changes, engine);
    const [call = [], ...others] = place.pulumi.calls;
    expect(others).toEqual([]);
    expect(call.slice(0, -1)).toEqual(["config", "set-all", "--stack", "alice-dev", "--json"]);
    return JSON.parse(call.at(-1) ?? "");
  }

  it("keeps a text a text, also one that looks like a number", async () => {
    expect(
      await written({ imageTag: "20261123", kubernetesVersion: "1.40", protect: "true" }),
    ).toEqual({
      "shop:imageTag": { value: "20261123", secret: false },
      "shop:kubernetesVersion": { value: "1.40", secret: false },
      "shop:protect": { value: "true", secret: false },
    });
  });

  it("keeps an object an object, with the texts in it, and with what the stack had of it", async () => {
    own({ "shop:images": { web: { tag: "v1" } }, "shop:nodeCount": 4 });
    const images = { web: { tag: "v1" }, api: { tag: "1.10" } };
    expect(await written({ images: { api: { tag: "1.10" } } })).toEqual({
      "shop:images": { value: JSON.stringify(images), objectValue: images, secret: false },
    });
  });

  it("keeps a list a list", async () => {
    const developers = [{ kind: "Group", name: "shop" }];
    expect(await written({ developers })).toEqual({
      "shop:developers": {
        value: JSON.stringify(developers),
        objectValue: developers,
        secret: false,
      },
    });
  });

  it("runs nothing when there is nothing to write", async () => {
    await writeConfig(place.project, "alice-dev", {}, engine);
    expect(place.pulumi.calls).toEqual([]);
  });
});
