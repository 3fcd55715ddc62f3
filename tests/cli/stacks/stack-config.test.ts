import { existsSync } from "node:fs";
import { join } from "node:path";
import { changesOf } from "../../../cli/stacks/overrides";
import { settingsOf, withChanges } from "../../../cli/stacks/stack-config";
import { findStack } from "../../../cli/stacks/stacks";
import { UsageError } from "../../../cli/terminal/errors";
import { ConfigError } from "../../../core/settings/config-error";
import type { Layer } from "../../../core/settings/layers";
import { Workplace } from "../support/workplace";

const OLD = `sha256:${"a".repeat(64)}`;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.write("Pulumi.yaml", "name: shop\nconfig:\n  ttl: {default: 7d}\n");
  place.write("Pulumi.dev.yaml", "config: {shop:nodeCount: 3}\n");
});
afterEach(() => place.remove());

const own = (config: Layer) =>
  place.write("Pulumi.alice-dev.yaml", `config: ${JSON.stringify(config)}\n`);
const settings = (layer?: Layer) => settingsOf(place.project, "alice-dev", layer).settings;

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

  it("uses the given settings instead of the file", () => {
    own({ "shop:nodeCount": 4 });
    expect(settings({ ttl: "8h" })).toMatchObject({ nodeCount: 3, ttl: "8h" });
  });

  it("knows a stack that has no file yet", () => {
    expect(settings({ ttl: "8h" })).toMatchObject({ ttl: "8h", nodeCount: 3 });
    expect(existsSync(join(place.folder, "Pulumi.alice-dev.yaml"))).toBe(false);
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

  it("lists the profiles for a stack without one, and not how to rename the stack", () => {
    const error = thrownBy(() => settingsOf(place.project, "alice-prod"));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message:
        '"alice-prod" does not end in a known profile: a stack\'s name is <owner>-<profile>, and the profiles are dev (the files Pulumi.<profile>.yaml)',
      fix: "use a name such as alice-prod-dev",
    });
  });
});

describe("withChanges", () => {
  const changed = (before: Layer, changes: Layer) =>
    withChanges(place.project, "alice-dev", before, changes);
  const thrownWith = (changes: Layer, before: Layer = {}) =>
    thrownBy(() => changed(before, changes));

  it("merges objects, but replaces an image: its old digest would override a new tag", () => {
    const before = {
      nodeCount: "4",
      quota: { pods: 10 },
      images: { api: { digest: OLD }, web: { tag: "v1" } },
    };
    const changes = { nodeCount: "5", quota: { cpu: "8" }, images: { api: { tag: "1.10" } } };
    expect(changed(before, changes)).toEqual({
      nodeCount: "5",
      quota: { pods: 10, cpu: "8" },
      images: { api: { tag: "1.10" }, web: { tag: "v1" } },
    });
  });

  it("reports errors of the command line without the name of a file", () => {
    const error = thrownWith(
      { nodeCount: "many", ttl: "8x", nodeCuont: "4" },
      { nodeSize: "s-4vcpu-8gb" },
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message.split("; ")).toEqual([
      "nodeCount must be a whole number from 1 to 512",
      'got "many"',
      "ttl must be a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d",
      'got "8x"',
      "nodeCuont is not a setting",
      "did you mean nodeCount?",
    ]);
    expect(error).toMatchObject({
      fix: "nothing was changed; correct the option and run the command again",
    });
  });

  it("reports errors of the file as such", () => {
    const error = thrownWith({ ttl: "8h" }, { nodeCount: "many" });
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain("(in Pulumi.alice-dev.yaml)");
    expect((error as Error).message).toContain("pulumi config set nodeCount 2 --stack alice-dev");
  });

  it("lets the command line fix what was wrong", () => {
    expect(changed({ nodeCount: "many" }, { nodeCount: "4" })).toEqual({ nodeCount: "4" });
  });

  it("refuses a tag over which a digest in the profile would win without a word", () => {
    place.write("Pulumi.dev.yaml", `config: {shop:images: {api: {digest: "${OLD}"}}}\n`);
    const error = thrownWith({ images: { api: { tag: "v2" } } });
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message:
        'the profile (or Pulumi.yaml) sets a digest for api, which takes precedence over the tag "v2"',
      fix: "--image api=sha256:<digest>, or remove the digest from that file",
    });
    const digest = `sha256:${"b".repeat(64)}`;
    const images = { api: { digest }, web: { tag: "v2" } };
    expect(changed({}, { images })).toEqual({ images });
  });

  it("names the file of another setting that does not go together with it", () => {
    expect(thrownWith({ ttl: "60d" })).toMatchObject({
      message: 'maxTtl must be at least ttl, which is 60d; its default is "30d"',
    });
  });
});

describe("a setting that the command line unsets", () => {
  beforeEach(() =>
    place.write(
      "Pulumi.dev.yaml",
      "config: {shop:domain: example.com, shop:hosts: {api: {service: api}}}\n",
    ),
  );
  const changed = (before: Layer, set: readonly string[]) => {
    const changes = changesOf({ image: [], set }, place.project, place.folder);
    return withChanges(place.project, "alice-dev", before, changes);
  };

  it("stays unset in the stack, regardless of its profile and its former value", () => {
    const words = ["hosts.api=null", "domain=null"];
    const after = changed({ hosts: { admin: { service: "backoffice" } } }, [
      "hosts.admin=null",
      ...words,
    ]);
    expect(after).toEqual({ domain: null, hosts: { admin: null, api: null } });
    expect(settings(after)).toMatchObject({ hosts: {} });
    expect(settings(after).domain).toBeUndefined();
    expect(changed(after, words)).toEqual(after);
    expect(
      settings(changed(after, ["hosts.api.service=web", "domain=a.example.com"])),
    ).toMatchObject({
      domain: "a.example.com",
      hosts: { api: { service: "web" } },
    });
  });

  it("is all of a map, also of images", () => {
    const images = { api: { tag: "v1" } };
    expect(changed({ images }, ["images=null"])).toEqual({ images: null });
    expect(changed({ images: null }, ["images.web.tag=v2"])).toEqual({
      images: { web: { tag: "v2" } },
    });
  });

  it("is refused when nothing sets it, which would do nothing in silence", () => {
    expect(thrownBy(() => changed({}, ["hosts.apl=null"]))).toEqual(
      new UsageError(
        "hosts.apl is not set, so it cannot be unset; hosts has api",
        "nothing was changed; use a key that is set",
      ),
    );
    expect(thrownBy(() => changed({}, ["domian=null"]))).toMatchObject({
      message: "domian is not a setting; did you mean domain?",
    });
  });
});
