const { mkdirSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { buildSync } = require("esbuild");

// Writes docs/schemas/*.json, what `doks-env --json` prints, from cli/schemas.

const checkout = path.resolve(__dirname, "../..");
const built = path.join(checkout, "build", "schemas.js");
const folder = path.join(checkout, "docs", "schemas");

buildSync({
  entryPoints: [path.join(checkout, "cli", "schemas", "index.ts")],
  outfile: built,
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "warning",
});

/** @type {{ jsonSchemas: () => Record<string, object> }} */
const { jsonSchemas } = require(built);

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  rmSync(path.join(folder, file));
}
for (const [file, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(path.join(folder, file), `${JSON.stringify(schema, undefined, 2)}\n`);
}
