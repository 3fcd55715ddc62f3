import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { COMMANDS } from "../../cli/commands";
import type { VerdictData } from "../../cli/reap/reap.data";
import { jsonSchemas, SCHEMAS } from "../../cli/schemas";
import { statusOf } from "../../cli/stacks/environment-status";
import type { StackRecord } from "../../cli/stacks/record";
import { expectSchema } from "../e2e/support/schema";
import { outputsOf } from "./stacks/support/checkpoints";

// That each command prints what its schema says is tested with the commands: tests/e2e.

const ROOT = join(__dirname, "../..");
const DOCS = join(ROOT, "docs/schemas");
const NOW = new Date("2026-11-23T12:00:00Z");

const NEW_STACK: StackRecord = {
  stack: "alice-dev",
  hasResources: false,
  outputs: {},
  tags: {},
  locks: [],
};
const LIVE_STACK: StackRecord = {
  ...NEW_STACK,
  hasResources: true,
  lastUpdate: "2026-11-23T08:30:00.123456789+01:00",
  created: "2026-11-20T08:00:00.5Z",
  outputs: outputsOf("alice-dev"),
  tags: { pullRequest: "7", commit: "1f2e3d4", expires: "2026-12-08T08:00:00Z" },
  locks: [{ user: "alice", host: "laptop", pid: 7, since: "2026-11-23T11:59:00Z", id: "x" }],
};

const VERDICT: VerdictData = {
  kind: "expired",
  at: "2026-11-23T12:00:00Z",
  reasons: ["it has expired"],
  dues: [{ action: "destroy", cause: "ttl", at: "2026-11-23T12:00:00Z", why: "it has expired" }],
};

const KEPT = [
  { claim: "files", kind: "snapshot", name: "alice-dev-files-1", giB: 0.5, usdPerMonth: 0.03 },
];

/** As a program reads it that a command was run by. */
const printed = (schema: string, data: object): unknown =>
  JSON.parse(JSON.stringify({ schema: `doks-env/${schema}`, ...data }));
const listed = (...stacks: readonly StackRecord[]) =>
  printed("list/v1", {
    environments: stacks.map((stack) => ({
      ...statusOf(stack, NOW),
      verdict: VERDICT,
      kept: KEPT,
    })),
  });

/** All objects in a schema that describe something. */
function partsOf(schema: unknown, path = ""): [string, Record<string, unknown>][] {
  if (typeof schema !== "object" || schema === null) {
    return [];
  }
  const below = Object.entries(schema).flatMap(([key, value]) => partsOf(value, `${path}/${key}`));
  return [[path, schema as Record<string, unknown>], ...below];
}

describe("the schemas of --json", () => {
  it("exist for every command with --json, and for errors", () => {
    const named = COMMANDS.flatMap(({ schema }) => schema ?? []);
    expect(Object.keys(SCHEMAS).sort()).toEqual([...new Set([...named, "error/v1"])].sort());
  });

  it("match the published files, which `npm run schemas` writes", () => {
    const published = readdirSync(DOCS)
      .filter((file) => file.endsWith(".json"))
      .map((file) => [file, JSON.parse(readFileSync(join(DOCS, file), "utf8")) as unknown]);
    expect(Object.fromEntries(published)).toEqual(jsonSchemas());
  });

  it("are listed in their README, each with its command", () => {
    const readme = readFileSync(join(DOCS, "README.md"), "utf8");
    const files = [...readme.matchAll(/\]\(([\w.]+\.json)\)/g)].map(([, file]) => file);
    expect([...new Set(files)].sort()).toEqual(Object.keys(jsonSchemas()).sort());
    for (const { name, schema } of COMMANDS) {
      const row = new RegExp(
        `^\\| .*\`${name}\`.*\\(${(schema ?? "").replace("/", ".")}\\.json\\)`,
        "m",
      );
      expect(schema === undefined || row.test(readme)).toBe(true);
    }
  });

  it.each(Object.entries(jsonSchemas()))("describe each field of %s", (_, schema) => {
    const fields = partsOf(schema).filter(([path]) => /\/properties\/[^/]+$/.test(path));
    const silent = fields.filter(([, field]) => field.description === undefined);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it("allow additional fields", () => {
    const closed = partsOf(jsonSchemas()).filter(([, part]) => part.additionalProperties === false);
    expect(closed).toEqual([]);
  });

  it("describe an environment in all its states", () => {
    expectSchema("list/v1", listed());
    expectSchema(
      "list/v1",
      listed(NEW_STACK, LIVE_STACK, { ...LIVE_STACK, fault: "it is broken" }),
    );
  });

  it("are strict in tests: no field is missing, of another type, or undescribed", () => {
    const [environment] = (listed(LIVE_STACK) as { environments: object[] }).environments;
    const withChange = (change: object) =>
      printed("list/v1", { environments: [{ ...environment, ...change }] });
    expectSchema("list/v1", withChange({}));
    for (const change of [
      { extra: 1 },
      { owner: undefined },
      { expired: "no" },
      { createdAt: "yesterday" },
      { kept: { known: "no" } },
    ]) {
      expect(() => expectSchema("list/v1", withChange(change))).toThrow();
    }
    expect(() => expectSchema("list/v1", printed("list/v2", { environments: [] }))).toThrow();
  });

  it("are not loaded by any command", () => {
    const { metafile } = buildSync({
      entryPoints: [join(ROOT, "cli/main.ts")],
      absWorkingDir: ROOT,
      bundle: true,
      packages: "external",
      platform: "node",
      outfile: "never-written.js",
      write: false,
      metafile: true,
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain("cli/overview/list.action.ts");
    expect(inputs.filter((input) => input.endsWith(".data.ts"))).toEqual([]);
  });
});
