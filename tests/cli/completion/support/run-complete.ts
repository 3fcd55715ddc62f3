import { complete } from "../../../../cli/completion/complete";

/** `doks-env __complete <words...>`. */
async function main([, ...words]: string[]): Promise<void> {
  const surroundings = { env: process.env, cwd: process.cwd(), home: "/" };
  const lines = await complete(words, surroundings);
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

void main(process.argv.slice(2));
