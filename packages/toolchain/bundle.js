const { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } = require("node:fs");
const path = require("node:path");
const { buildSync } = require("esbuild");

/** The minimal plugins: the folder of each under packages/minimal-plugins/, and the file name Pulumi looks for. */
const PLUGINS = {
  "language-nodejs": "pulumi-language-nodejs",
  digitalocean: "pulumi-resource-digitalocean",
  kubernetes: "pulumi-resource-kubernetes",
  command: "pulumi-resource-command",
  random: "pulumi-resource-random",
};

/** Its second line tells a minimal plugin from an official one: packages/toolchain/plugins.ts looks for it. */
const PLUGIN_BANNER = "#!/usr/bin/env node\n// ephemeral-doks: minimal plugin";

const checkout = path.resolve(__dirname, "../..");
const build = path.join(checkout, "build");

/**
 * Bundles one entry point, if it exists. Packages stay outside: they are in node_modules beside build/, and inlining
 * @pulumi/pulumi would take its compiler along.
 *
 * @param {string} source
 * @param {string} outfile
 * @param {string} [banner]
 */
function bundle(source, outfile, banner) {
  const entry = path.join(checkout, source);
  if (!existsSync(entry)) {
    return false;
  }
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    banner: banner ? { js: banner } : {},
    logLevel: "warning",
  });
  return true;
}

/**
 * Each plugin gets a folder of its own to put on PATH: one may be official while another is not.
 *
 * @param {string} folder
 * @param {string} file
 */
function bundlePlugin(folder, file) {
  const outfile = path.join(build, "plugins", file);
  if (bundle(`packages/minimal-plugins/${folder}/main.ts`, outfile, PLUGIN_BANNER)) {
    chmodSync(outfile, 0o755);
    const folderOfItsOwn = path.join(build, "plugin-path", file);
    mkdirSync(folderOfItsOwn, { recursive: true });
    rmSync(path.join(folderOfItsOwn, file), { force: true });
    symlinkSync(path.join("..", "..", "plugins", file), path.join(folderOfItsOwn, file));
  }
}

bundle("packages/toolchain/main.ts", path.join(build, "toolchain.js"));
bundle("packages/emulator/main.ts", path.join(build, "emulator.js"));
bundle("cli/main.ts", path.join(build, "doks-env.js"));
bundle("tests/bench/main.ts", path.join(build, "bench.js"));
bundle("tests/bench/main-shared.ts", path.join(build, "bench-shared.js"));
bundle("tests/bench/main-stacks.ts", path.join(build, "bench-stacks.js"));
bundle("tests/simulation/main.ts", path.join(build, "simulate.js"));
bundle("tests/mutation/main.ts", path.join(build, "mutate.js"));
for (const [folder, file] of Object.entries(PLUGINS)) {
  bundlePlugin(folder, file);
}
