import path from "node:path";
import { findPlugins, type Plugin } from "../plugins";
import type { Tool } from "../tools";
import { pinOf, type Workbench, workbench } from "./workbench";

const MINIMAL = "#!/usr/bin/env node\n// ephemeral-doks: minimal plugin\n";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
  const dependencies = {
    "@pulumi/digitalocean": "4.80.1",
    "@pulumi/kubernetes": "4.34.2",
    "@pulumi/command": "1.2.1",
    "@pulumi/random": "4.21.2",
  };
  bench.write("checkout/package.json", JSON.stringify({ dependencies }));
});
afterEach(() => bench.remove());

/** Pulumi as it would be after a build: alone in its folder. */
function pulumi(): Tool {
  const pin = pinOf("pulumi");
  const file = bench.executable("cache/tools/pulumi/3.259.0/pulumi", "true");
  return { pin, file, version: pin.version, origin: "build" };
}

const kinds = (plugins: readonly Plugin[]) =>
  Object.fromEntries(plugins.map(({ pin, kind, origin }) => [pin.name, `${kind}, ${origin}`]));

test("without any official plugin all are minimal, each in a folder of its own", () => {
  const plugins = findPlugins(pulumi(), bench.context);
  expect(kinds(plugins)).toEqual({
    nodejs: "minimal, this checkout",
    digitalocean: "minimal, this checkout",
    kubernetes: "minimal, this checkout",
    command: "minimal, this checkout",
    random: "minimal, this checkout",
  });
  expect(new Set(plugins.map(({ folder }) => folder)).size).toBe(plugins.length);
});

test("an official plugin on PATH is used, and only that one", () => {
  bench.executable("bin/pulumi-resource-kubernetes", "true");
  const plugins = findPlugins(pulumi(), bench.context);
  expect(kinds(plugins)).toMatchObject({
    kubernetes: "official, PATH",
    digitalocean: "minimal, this checkout",
  });
});

test("a minimal plugin on PATH, as in the shell of `make env`, is not taken for an official one", () => {
  bench.executable("bin/pulumi-resource-kubernetes", MINIMAL);
  expect(kinds(findPlugins(pulumi(), bench.context))).toMatchObject({
    kubernetes: "minimal, this checkout",
  });
});

test.each(["home/.pulumi", "cache/pulumi-home", "checkout/.local/pulumi"])(
  "a plugin in %s counts in the version of its SDK only",
  (home) => {
    bench.executable(
      `${home}/plugins/resource-kubernetes-v4.34.2/pulumi-resource-kubernetes`,
      "true",
    );
    bench.executable(`${home}/plugins/resource-command-v4.5.0/pulumi-resource-command`, "true");
    expect(kinds(findPlugins(pulumi(), bench.context))).toMatchObject({
      kubernetes: "official, Pulumi's own folder",
      command: "minimal, this checkout",
    });
  },
);

test("the language host beside Pulumi, as in its release, is official", () => {
  const tool = pulumi();
  bench.executable(path.join(path.dirname(tool.file), "pulumi-language-nodejs"), "true");
  expect(kinds(findPlugins(tool, bench.context))).toMatchObject({
    nodejs: "official, Pulumi's own folder",
  });
});
