import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withTemporaryStack } from "../../../cli/stacks/preview-workspace";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

let place: Workplace;
let mockEnv: NodeJS.ProcessEnv = {};
const mockCalls: string[][] = [];

jest.mock("../../../cli/stacks/workspace", () => ({
  openWorkspace: ({ env }: { readonly env: NodeJS.ProcessEnv }) => {
    mockEnv = env;
    const call = (...args: string[]) => {
      mockCalls.push(args);
      return Promise.resolve("");
    };
    return { engine: { output: call }, createStack: (name: string) => call("create", name) };
  },
}));

beforeEach(() => {
  place = new Workplace();
  mockCalls.length = 0;
});
afterEach(() => place.remove());

const backend = () => fileURLToPath(mockEnv.PULUMI_BACKEND_URL ?? "");

describe("a stack for a preview", () => {
  it("is made in a backend that is there as long as it is needed", async () => {
    const result = await withTemporaryStack(place.context(), "alice-dev", () => {
      expect(mockCalls).toEqual([["create", "alice-dev"]]);
      expect(existsSync(backend())).toBe(true);
      return Promise.resolve(42);
    });
    expect(result).toBe(42);
    expect(mockEnv.PULUMI_BACKEND_URL).not.toBe(place.env.PULUMI_BACKEND_URL);
    expect(existsSync(backend())).toBe(false);
  });

  it("has beside it the stack whose outputs the program reads, and nothing more of that", async () => {
    const outputs = { clusterId: "c-1", placement: "host" };
    const host = recordOf({ stack: "team-shared", hasResources: true, outputs });
    const work = () => {
      const file = String(mockCalls[2]?.at(-1));
      const urn = "urn:pulumi:team-shared::shop::pulumi:pulumi:Stack::shop-team-shared";
      const resource = { urn, type: "pulumi:pulumi:Stack", custom: false, outputs };
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
        version: 3,
        deployment: { resources: [resource] },
      });
      return Promise.resolve();
    };
    await withTemporaryStack(place.context(), "alice-dev", work, host);
    expect(mockCalls.slice(1)).toEqual([
      ["create", "team-shared"],
      ["stack", "import", "--stack", "team-shared", "--file", expect.any(String)],
    ]);
  });

  it("leaves nothing behind when the preview fails, either", async () => {
    const work = () => Promise.reject(new Error("no such region"));
    await expect(withTemporaryStack(place.context(), "alice-dev", work)).rejects.toThrow("region");
    expect(existsSync(backend())).toBe(false);
  });

  it("needs no passphrase: what is encrypted with it is thrown away", async () => {
    await withTemporaryStack(place.context(), "alice-dev", () => Promise.resolve());
    expect(mockEnv.PULUMI_CONFIG_PASSPHRASE).toBe("");
    place.env = { ...place.env, PULUMI_CONFIG_PASSPHRASE: "mine" };
    await withTemporaryStack(place.context(), "alice-dev", () => Promise.resolve());
    expect(mockEnv.PULUMI_CONFIG_PASSPHRASE).toBe("mine");
  });
});
