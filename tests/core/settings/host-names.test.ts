import { furtherLabel, hostLabel } from "../../../core/names";
import { hostNameFaults } from "../../../core/settings/host-names";
import { settingsSchema } from "../../../core/settings/schema";

const hosts = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { service: `${name}-service` }]));
const parsed = (names: readonly string[], changes: object = {}) =>
  settingsSchema.safeParse({ domain: "dev.example.com", hosts: hosts(...names), ...changes });
const faults = (stack: string, names: readonly string[], changes: object = {}) =>
  hostNameFaults(stack, settingsSchema.parse({ hosts: hosts(...names), ...changes })).map(
    ({ message, fix }) => `${message}\nfix: ${fix}`,
  );
const domain = "dev.example.com";

describe("names below a domain", () => {
  it("are valid DNS labels", () => {
    expect(faults("alice-dev", ["api"], { domain })).toEqual([]);
    expect(faults(`${"a".repeat(54)}-dev`, ["api"], { domain })).toEqual([]);
    expect(faults(`${"a".repeat(55)}-dev`, ["api", "x"], { domain })).toEqual([
      expect.stringMatching(/^hosts\.api makes the name api--a+-dev, which has 64 characters/),
    ]);
  });

  it("contain two dashes in a row only for a named host", () => {
    expect(faults("api--alice-dev", [], { domain })).toEqual([
      expect.stringMatching(
        /^the stack's name "api--alice-dev" has two dashes in a row,.*\nfix: use the name api-alice-dev,/,
      ),
    ]);
    expect(faults("api--alice-dev", [])).toEqual([]);
    expect(faults("team--domain", [], { domain, placement: "domain" })).toEqual([]);
    for (const name of ["a--b", "-a", "a-", "A", "a.b", ""]) {
      expect(parsed([name]).success).toBe(false);
    }
  });

  it("never collide, for any names of stacks and hosts", () => {
    const texts = textsOf("ab-", 4);
    const names = texts.filter((text) => parsed([text]).success);
    const stacks = texts
      .map((owner) => `${owner}-dev`)
      .filter((stack) => faults(stack, [], { domain }).length === 0);
    const labels = stacks.flatMap((stack) => [
      hostLabel(stack),
      ...names.map((name) => furtherLabel(stack, name)),
    ]);
    expect(labels.length).toBeGreaterThan(1_000);
    expect(labels).toContain("a--b-dev");
    expect(new Set(labels).size).toBe(labels.length);
  });
});

/** All texts of these letters, up to a length. */
function textsOf(letters: string, longest: number): string[] {
  return longest === 0
    ? []
    : [...letters].flatMap((letter) => [
        letter,
        ...textsOf(letters, longest - 1).map((rest) => letter + rest),
      ]);
}

describe("the setting hosts", () => {
  const message = (changes: object) =>
    settingsSchema.safeParse(changes).error?.issues.map((issue) => issue.message);

  it.each([
    ["without a domain", { hosts: hosts("api") }, "left out without a domain"],
    [
      "of a shared cluster",
      { domain, placement: "host", hosts: hosts("api") },
      "left out here: the stack deploys no Services",
    ],
    [
      "that two names have",
      { domain, hosts: { a: { service: "x" }, b: { service: "x" } } },
      "a Service that neither another host nor smokeTest.service names",
    ],
    [
      "that is the entry",
      { domain, hosts: { a: { service: "x" } }, smokeTest: { service: "x" } },
      "a Service that neither another host nor smokeTest.service names",
    ],
    ["that is not named", { domain, hosts: { a: {} } }, "a name of at most 63"],
  ])("is refused for a Service %s", (_, changes, expected) => {
    expect(message(changes)).toEqual([expect.stringContaining(expected)]);
  });
});
