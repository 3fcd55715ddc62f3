import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withTemporaryStack } from "../../../cli/stacks/preview-workspace";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

/** One run of pulumi, and the part of its surroundings that a preview sets. */
interface Run {
  readonly words: string;
  readonly backend: string;
  readonly passphrase: string;
  /** Of the file that is named last. */
  readonly content?: unknown;
}

const RECORDER = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2, -1);
const file = args.includes("--file") ? args.pop() : undefined;
fs.appendFileSync(__dirname + "/runs", JSON.stringify({
  words: args.join(" "),
  backend: process.env.PULUMI_BACKEND_URL,
  passphrase: process.env.PULUMI_CONFIG_PASSPHRASE,
  content: file && JSON.parse(fs.readFileSync(file, "utf8")),
}) + "\\n");
`;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.pulumi.install(RECORDER);
});
afterEach(() => place.remove());

function runs(): Run[] {
  const lines = readFileSync(join(place.pulumi.folder, "runs"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Run);
}
const backendExists = () => existsSync(fileURLToPath(runs()[0]?.backend ?? ""));

describe("a stack for a preview", () => {
  it("is created in a temporary backend", async () => {
    const result = await withTemporaryStack(place.context(), "alice-dev", () => {
      expect(runs().map(({ words }) => words)).toEqual(["stack init alice-dev --no-select"]);
      expect(backendExists()).toBe(true);
      return Promise.resolve(42);
    });
    expect(result).toBe(42);
    expect(runs()[0]?.backend).not.toBe(place.env.PULUMI_BACKEND_URL);
    expect(backendExists()).toBe(false);
  });

  it("also contains the outputs of a referenced stack, and nothing else of it", async () => {
    const outputs = { clusterId: "c-1", placement: "host" };
    const host = recordOf({ stack: "team-shared", hasResources: true, outputs });
    await withTemporaryStack(place.context(), "alice-dev", () => Promise.resolve(), host);
    const urn = "urn:pulumi:team-shared::shop::pulumi:pulumi:Stack::shop-team-shared";
    const resource = { urn, type: "pulumi:pulumi:Stack", custom: false, outputs };
    const [own, ...others] = runs();
    expect(others).toMatchObject([
      { words: "stack init team-shared --no-select", backend: own?.backend },
      {
        words: "stack import --stack team-shared --file",
        backend: own?.backend,
        content: { version: 3, deployment: { resources: [resource] } },
      },
    ]);
  });

  it("leaves nothing after a failed preview", async () => {
    const work = () => Promise.reject(new Error("no such region"));
    await expect(withTemporaryStack(place.context(), "alice-dev", work)).rejects.toThrow("region");
    expect(backendExists()).toBe(false);
  });

  it("does not need a passphrase", async () => {
    await withTemporaryStack(place.context(), "alice-dev", () => Promise.resolve());
    place.env = { ...place.env, PULUMI_CONFIG_PASSPHRASE: "mine" };
    await withTemporaryStack(place.context(), "alice-dev", () => Promise.resolve());
    expect(runs().map(({ passphrase }) => passphrase)).toEqual(["", "mine"]);
  });
});
