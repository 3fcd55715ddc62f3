import { settingsSchema } from "../../../core/settings/schema";

/** What is wrong with a list of tests: paths and messages. */
function faultsOf(tests: unknown): string[] {
  const { error } = settingsSchema.safeParse({ tests });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the tests of a gate", () => {
  it("have a default time limit and no variables", () => {
    const { tests } = settingsSchema.parse({ tests: [{ name: "buy", command: ["npm", "test"] }] });
    expect(tests).toEqual([{ name: "buy", command: ["npm", "test"], env: {}, timeout: "10m" }]);
  });

  it("accept variables of the types that YAML has", () => {
    const env = { PORT: 80, HEADLESS: true, WHO: "alice" };
    const { tests } = settingsSchema.parse({ tests: [{ name: "buy", image: "acme/e2e", env }] });
    expect(tests[0]?.env).toEqual({ PORT: "80", HEADLESS: "true", WHO: "alice" });
  });

  it.each([
    [{ name: "a" }, "0: a test with either command or image"],
    [{ name: "a", command: "x", image: "x" }, "0: a test with either command or image"],
    [{ name: "A b", command: "x" }, "0.name: a name of at most 63 lower-case letters"],
    [{ name: "a", command: [] }, "0.command: a list of words such as"],
    [{ name: "a", command: [""] }, "0.command: a list of words such as"],
    [{ name: "a", image: "Acme/e2e;rm" }, "0.image: an image reference such as"],
    [{ name: "a", command: "x", timeout: "soon" }, "0.timeout: a duration such as"],
    [{ name: "a", command: "x", env: { "A=B": "c" } }, "0.env.A=B: "],
  ])("are refused when they are invalid: %j", (test, fault) => {
    expect(faultsOf([test])).toEqual([expect.stringContaining(`tests.${fault}`)]);
  });

  it("have different names", () => {
    const test = { name: "a", command: "x" };
    expect(faultsOf([test, { ...test, name: "b" }, test])).toEqual([
      "tests.2.name: a name that no other test has",
    ]);
  });
});

describe("the rules for pull requests", () => {
  it("exclude drafts, and require a label only from forks", () => {
    expect(settingsSchema.parse({}).pullRequests).toEqual({
      drafts: false,
      skipLabel: "no-environment",
      forkLabel: "environment-approved",
    });
  });
});
