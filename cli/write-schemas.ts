import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemas } from "./schemas";

/** `npm run schemas`: writes docs/schemas/*.json. Runs as build/schemas.js. */
const folder = join(__dirname, "../docs/schemas");

for (const [file, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(join(folder, file), `${JSON.stringify(schema, undefined, 2)}\n`);
}
