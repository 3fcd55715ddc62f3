const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

// Compiles each entry of "bundles" in the checkout's package.json files (source -> file in build/) into one file:
// starting the sources through TypeScript takes seconds.

/** Its second line marks a minimal plugin: packages/toolchain/plugins.ts looks for it. */
const PLUGIN_BANNER = "#!/usr/bin/env node\n// ephemeral-doks: minimal plugin";
/** The last line of a bundle: the digest of its sources, and their names. */
const STAMP = "//# sources ";

const checkout = path.resolve(__dirname, "../..");

/**
 * Compiles a bundle if its sources have changed. The check takes some milliseconds, compiling 0.2 s.
 *
 * @param {string} file - a bundle of the product, in build/
 * @returns its path
 * @throws {Error} when the sources cannot be compiled, or build/ cannot be written
 */
async function fresh(file) {
  const bundles = Object.entries(manifestOf(".").bundles);
  const [source] = bundles.find(([, output]) => output === file) ?? [];
  if (source === undefined) {
    throw new Error(`package.json lists no bundle ${file}`);
  }
  if (!isFresh(file)) {
    await bundle(source, file);
  }
  return outputOf(file);
}

/** @param {string} file */
function isFresh(file) {
  try {
    const text = readFileSync(outputOf(file), "utf8");
    const stamp = text.slice(text.lastIndexOf(STAMP) + STAMP.length);
    const { digest, sources } = JSON.parse(stamp);
    return digest === digestOf(sources);
  } catch {
    // The bundle or one of its sources does not exist.
    return false;
  }
}

/** @param {readonly string[]} sources - relative to the checkout */
function digestOf(sources) {
  const hash = createHash("sha256");
  for (const source of sources) {
    hash.update(`${source}\n`).update(readFileSync(path.join(checkout, source)));
  }
  return hash.digest("hex");
}

/**
 * @param {string} source - relative to the checkout
 * @param {string} file - in build/
 */
async function bundle(source, file) {
  const { build } = require("esbuild");
  const isPlugin = file.startsWith("plugin-path/");
  const { outputFiles = [], metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: [source],
    outfile: outputOf(file),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    banner: isPlugin ? { js: PLUGIN_BANNER } : {},
    logLevel: "warning",
    write: false,
    metafile: true,
    ...(file === "program.js" ? require("./bundle-program").OPTIONS : { packages: "external" }),
  });
  const sources = sourcesOf(Object.keys(metafile?.inputs ?? {}));
  const stamp = `${STAMP}${JSON.stringify({ digest: digestOf(sources), sources })}\n`;
  for (const { path: output, contents } of outputFiles) {
    const text = output.endsWith(".map") ? contents : `${Buffer.from(contents)}${stamp}`;
    write(output, text, isPlugin ? 0o755 : 0o644);
  }
}

/**
 * A package is represented by its version.
 *
 * @param {readonly string[]} inputs - relative to the checkout
 */
function sourcesOf(inputs) {
  const files = inputs.map((input) =>
    input.replace(/^.*:|(node_modules\/(?:@[^/]+\/)?[^/]+\/).*/, "$1package.json"),
  );
  return [...new Set([...files, "packages/toolchain/bundle.js"])].sort();
}

/**
 * Renames into place, because another command may be loading the file.
 *
 * @param {string} file
 * @param {string | Uint8Array} content
 * @param {number} mode
 */
function write(file, content, mode) {
  const unfinished = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(unfinished, content, { mode });
  renameSync(unfinished, file);
}

/** @param {string} file - in build/ */
function outputOf(file) {
  return path.join(checkout, "build", file);
}

/** @param {string} folder - relative to the checkout */
function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(checkout, folder, "package.json"), "utf8"));
}

async function bundleAll() {
  for (const folder of [".", ...manifestOf(".").workspaces]) {
    for (const [source, file] of Object.entries(manifestOf(folder).bundles)) {
      await bundle(path.join(folder, source), file);
    }
  }
}

module.exports = { fresh };
if (require.main === module) {
  bundleAll().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
