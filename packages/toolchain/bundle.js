const { chmodSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { buildSync } = require("esbuild");

// Bundles what each package.json of the checkout lists under "bundles" (source -> file in build/), one file each:
// starting them through TypeScript takes a second.

/** Its second line tells a minimal plugin from an official one: packages/toolchain/plugins.ts looks for it. */
const PLUGIN_BANNER = "#!/usr/bin/env node\n// ephemeral-doks: minimal plugin";

const checkout = path.resolve(__dirname, "../..");

/**
 * Packages stay outside: they are in node_modules beside build/, and inlining @pulumi/pulumi would take its compiler
 * along.
 *
 * @param {string} source
 * @param {string} file - in build/
 */
function bundle(source, file) {
  const isPlugin = file.startsWith("plugin-path/");
  const outfile = path.join(checkout, "build", file);
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    banner: isPlugin ? { js: PLUGIN_BANNER } : {},
    logLevel: "warning",
  });
  if (isPlugin) {
    chmodSync(outfile, 0o755);
  }
}

/** @param {string} folder */
function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}

const { workspaces } = manifestOf(checkout);
for (const folder of [".", ...workspaces].map((name) => path.join(checkout, name))) {
  for (const [source, file] of Object.entries(manifestOf(folder).bundles)) {
    bundle(path.join(folder, source), file);
  }
}
