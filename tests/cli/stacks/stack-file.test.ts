import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { Engine } from "../../../cli/stacks/engine";
import {
  configFor,
  lastFile,
  readStackFile,
  withConfigFile,
  writeStackFile,
} from "../../../cli/stacks/stack-file";
import type { Layer } from "../../../core/settings/layers";
import { revisionOf } from "../../../core/settings/revision";
import { Workplace } from "../support/workplace";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const text = () => readFileSync(join(place.folder, "Pulumi.alice-dev.yaml"), "utf8");
const write = (before: string, own: Layer, basedOn?: string) =>
  writeStackFile(place.project, "alice-dev", before, own, basedOn);

const WITH_SECRETS = `# Mine
encryptionsalt: v1:abc
config:
  # Frankfurt
  aws:region: eu-central-1
  aws:token:
    secure: v1:def
  shop:nodeCount: 4 # enough
  shop:ttl: 8h
`;

describe("a stack's file", () => {
  it("contains an empty text for an unset setting, which prevents a warning of Pulumi", () => {
    write("config:\n  shop:ttl: null\n  shop:hosts: {api: null}\n", {
      ttl: null,
      domain: null,
      hosts: { api: null },
    });
    expect(text()).toBe(
      'config:\n  shop:ttl: ""\n  shop:hosts: { api: null }\n  shop:domain: ""\n',
    );
    expect(readStackFile(place.project, "alice-dev")?.own).toEqual({
      ttl: null,
      domain: null,
      hosts: { api: null },
    });
  });

  it("is read with its base revision", () => {
    expect(readStackFile(place.project, "alice-dev")).toBeUndefined();
    write(WITH_SECRETS, { nodeCount: "4" }, "0123456789ab");
    expect(readStackFile(place.project, "alice-dev")).toEqual({
      text: text(),
      own: { nodeCount: "4" },
      basedOn: "0123456789ab",
    });
  });

  it("is written with its comments, secrets and other config as they were", () => {
    write(WITH_SECRETS, { nodeCount: "4", imageTag: "20261123" }, "0123456789ab");
    expect(text()).toBe(`# Mine
encryptionsalt: v1:abc
config:
  # Frankfurt
  aws:region: eu-central-1
  aws:token:
    secure: v1:def
  shop:nodeCount: 4 # enough
  shop:imageTag: "20261123"
  doks-env:basedOn: 0123456789ab
`);
  });

  it("is written as pulumi reads it: a text stays a text, an object an object", () => {
    const own = { kubernetesVersion: "1.40", images: { api: { tag: "1.10" } }, services: ["a"] };
    write("", own);
    expect(parse(text())).toEqual({
      config: {
        "shop:kubernetesVersion": "1.40",
        "shop:images": { api: { tag: "1.10" } },
        "shop:services": ["a"],
      },
    });
    expect(readStackFile(place.project, "alice-dev")?.own).toEqual(own);
  });

  it.each(["2026_11_30", "123_1", "0b101", "y", "off", "190:20:30"])(
    "is written so that YAML 1.1, which Pulumi uses, reads the tag %s as a text",
    (tag) => {
      write("", { imageTag: tag, images: { web: { tag } } });
      expect(parse(text(), { version: "1.1" })).toEqual({
        config: { "shop:imageTag": tag, "shop:images": { web: { tag } } },
      });
    },
  );

  it("is replaced in one go, and nothing lies beside it", () => {
    write("config: {}\n", { ttl: "8h" });
    write(text(), { ttl: "9h" });
    expect(readdirSync(place.folder).filter((file) => file.includes("alice"))).toEqual([
      "Pulumi.alice-dev.yaml",
    ]);
    expect(readdirSync(join(place.folder, ".rendered"))).toEqual([]);
  });

  it("leaves nothing beside it when it cannot be written", () => {
    mkdirSync(join(place.folder, "Pulumi.alice-dev.yaml"));
    expect(() => write(WITH_SECRETS, {})).toThrow("EISDIR");
    expect(readdirSync(join(place.folder, ".rendered"))).toEqual([]);
  });
});

describe("a file for --config-file", () => {
  it("contains all settings that pulumi needs, and marks the stack's own", () => {
    const own = { nodeCount: "2" };
    const config = configFor({ text: WITH_SECRETS }, place.project, { own, revision: "r" });
    expect(parse(config)).toEqual({
      encryptionsalt: "v1:abc",
      config: {
        "aws:region": "eu-central-1",
        "aws:token": { secure: "v1:def" },
        "shop:nodeCount": "2",
        "doks-env:settings": '{"names":["nodeCount"],"revision":"r"}',
      },
    });
  });

  it("exists only during the work, outside the checkout, and is private", async () => {
    let file = "";
    await withConfigFile("config: {}\n", (path) => {
      file = path;
      expect(readFileSync(path, "utf8")).toBe("config: {}\n");
      expect(statSync(path).mode & 0o777).toBe(0o600);
      return Promise.resolve();
    });
    expect(file.startsWith(place.folder)).toBe(false);
    expect(() => statSync(dirname(file))).toThrow("ENOENT");
  });
});

describe("what the last update had beside the settings", () => {
  const engine = () => new Engine(place.folder, place.env);

  it("is what pulumi brings back, into no file of the checkout", async () => {
    place.pulumi.install(`#!/bin/sh
while [ "$1" != --config-file ]; do shift; done
echo 'encryptionsalt: v1:abc' > "$2"
`);
    const before = readdirSync(place.folder);
    expect(await lastFile(engine(), "alice-dev")).toBe("encryptionsalt: v1:abc\n");
    expect(readdirSync(place.folder)).toEqual(before);
  });

  it("is nothing for a stack that was never updated", async () => {
    place.pulumi.answer("config refresh", { stderr: "error: no previous deployment", code: 255 });
    expect(await lastFile(engine(), "alice-dev")).toBe("");
  });

  it("fails with pulumi's words when it cannot be asked for", async () => {
    place.pulumi.answer("config refresh", { stderr: "error: incorrect passphrase", code: 255 });
    await expect(lastFile(engine(), "alice-dev")).rejects.toThrow("incorrect passphrase");
  });
});

it("a file with the environment's settings has its revision", () => {
  write("config: {shop:nodeCount: 2}\n", { nodeCount: "2" });
  expect(revisionOf(readStackFile(place.project, "alice-dev")?.own ?? {})).toBe(
    revisionOf({ nodeCount: 2 }),
  );
});
