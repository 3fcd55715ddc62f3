import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { kubeconfigFor } from "../../../cli/cluster/kubeconfig";
import { withKubeconfig, withoutContext } from "../../../cli/cluster/kubeconfig-document";

const input = (stack: string, server = "https://new.example.com") => ({
  stack,
  cluster: { id: "c-1", name: stack, server, certificateAuthorityData: "Q0E=" },
  namespace: "shop",
  script: "/opt/doks/bin/exec-credential.js",
  origin: "https://api.digitalocean.com",
});
const ALICE = kubeconfigFor(input("alice-dev"));
const DEVELOPER = kubeconfigFor({ ...input("alice-dev"), as: "developer" });
const merged = (text: string, kubeconfig = ALICE) =>
  withKubeconfig({ path: "config", text }, kubeconfig);
const without = (text: string, name: string) => withoutContext({ path: "config", text }, name);

/** As kubectl writes it, with what people put into it by hand. */
const THEIRS = `# mine, do not touch
apiVersion: v1
kind: Config
clusters:
# the old one
- name: old
  cluster:
    server: https://old.example.com
    insecure-skip-tls-verify: true
# production!
- cluster: { server: "https://prod.example.com", insecure-skip-tls-verify: off }
  name: prod

contexts:
- context:
    cluster: prod
    user: prod
  name: prod # careful
current-context: prod # careful, too
preferences: {}
users:
- name: prod
  user:
    # an octal number to kubectl
    token: 0123
    password: 'it''s'
`;

interface Parsed {
  clusters: { name: string }[];
  contexts: { name: string }[];
  users: { name: string }[];
  "current-context": string;
}
const parsed = (text: string) => parse(text) as Parsed;
function throws(work: () => unknown, message: string): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return String(error).includes(message);
  }
}
const SECTIONS = ["clusters", "contexts", "users"] as const;

describe("merging into a kubeconfig", () => {
  it.each([
    ["no file", ""],
    ["nothing but a comment", "# my kubeconfig\n"],
    ["an empty document", "---\n"],
    ["an empty map", "{}\n"],
    [
      "what kubectl writes when it has nothing",
      'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n',
    ],
    ["empty lists", "kind: Config\nclusters: []\ncontexts: []\nusers: []\n"],
  ])("creates a whole kubeconfig from %s", (_, text) => {
    expect(parse(merged(text))).toEqual(ALICE);
    expect(merged(text)).toContain(text.startsWith("#") ? text : "");
    expect(merged(text)).toContain("\ncontexts:\n");
  });

  it("replaces its earlier entries, and keeps the rest of the text", () => {
    const before = merged(THEIRS).replace("- name: alice-dev\n", "# ours\n- name: alice-dev\n");
    const newer = kubeconfigFor(input("alice-dev", "https://newer.example.com"));
    const after = merged(before, newer);
    expect(after).toBe(before.replace("https://new.example.com", "https://newer.example.com"));
    expect(after).toContain("# production!");
    expect(after).toContain("current-context: alice-dev # careful, too");
  });

  const mine = { name: "alice-dev", user: { token: "mine" } };
  it.each<[string, object, string]>([
    ["a user", { users: [mine] }, 'user "alice-dev"'],
    [
      "a user with a script of its own",
      {
        users: [{ name: "alice-dev", user: { exec: { command: "node", args: ["/x/other.js"] } } }],
      },
      'user "alice-dev"',
    ],
    [
      "a context",
      {
        contexts: [{ name: "alice-dev", context: { cluster: "x", user: "me" } }],
        users: [{ name: "me", user: {} }],
      },
      'context "alice-dev"',
    ],
    [
      "a context whose user is missing",
      { contexts: [{ name: "alice-dev", context: { cluster: "x", user: "gone" } }] },
      'context "alice-dev"',
    ],
    [
      "a cluster",
      { clusters: [{ name: "alice-dev", cluster: { server: "https://mine.example.com" } }] },
      'cluster "alice-dev"',
    ],
    [
      "a cluster with another authority",
      { clusters: [{ name: "alice-dev", cluster: { server: "https://new.example.com" } }] },
      'cluster "alice-dev"',
    ],
    [
      "a cluster that a context of theirs leads to, beside ours",
      {
        clusters: [{ name: "alice-dev", cluster: { server: "https://mine.example.com" } }],
        contexts: [
          ...ALICE.contexts,
          { name: "mine", context: { cluster: "alice-dev", user: "me" } },
        ],
        users: ALICE.users,
      },
      'cluster "alice-dev"',
    ],
  ])("does not replace %s of its name with other contents", (_, theirs, named) => {
    const text = stringify({ kind: "Config", ...theirs });
    expect(() => merged(text)).toThrow(`that doks-env did not create: ${named}`);
  });

  it("keeps a user's context that uses our cluster", () => {
    const other = { name: "mine", context: { cluster: "alice-dev", user: "me" } };
    const text = stringify({ ...ALICE, contexts: [...ALICE.contexts, other] });
    expect(parsed(merged(text)).contexts).toContainEqual(other);
  });

  it("keeps the administrator's and the developer's entries", () => {
    const both = merged(merged(THEIRS), DEVELOPER);
    expect(parsed(both).contexts.map(({ name }) => name)).toEqual([
      "prod",
      "alice-dev",
      "alice-dev-developer",
    ]);
    expect(parsed(both).clusters.map(({ name }) => name)).toEqual(["old", "prod", "alice-dev"]);
    expect(parsed(both)["current-context"]).toBe("alice-dev-developer");
  });

  it.each([
    ["YAML of something else", "name: shop\nruntime: nodejs\n", 'it is not of kind "Config"'],
    ["another kind", "apiVersion: v1\nkind: Secret\nusers: []\n", 'it is not of kind "Config"'],
    ["a list", "- a\n", 'it is not of kind "Config"'],
    ["text", "dop_v1_token\n", 'it is not of kind "Config"'],
    ["a map in the place of a list", "clusters: {a: b}\n", "its clusters is not a list"],
    ["entries without names", "users: [{user: {}}]\n", "its users is not a list of entries"],
    ["no YAML", 'kind: Config\nusers: "dop_v1_token\n', "line 3 is not YAML"],
    ["several documents", "kind: Config\n---\nkind: Config\n", "line 2 is not YAML"],
  ])("refuses %s, without showing its contents", (_, text, why) => {
    expect(() => merged(text)).toThrow(`config is not a kubeconfig: ${why}`);
    expect(() => merged(text)).not.toThrow("dop_v1_token");
    expect(() => without(text, "alice-dev")).toThrow("config is not a kubeconfig");
  });
});

describe("a kubeconfig with aliases", () => {
  const shared = (name: string) =>
    `users:\n- name: ${name}\n  user: &robot\n    token: x\n- name: prod\n  user: *robot\n`;

  it("keeps them", () => {
    expect(merged(shared("bob"))).toContain(shared("bob"));
  });

  it("is refused when an alias would refer to a removed entry", () => {
    const [user] = ALICE.users;
    const text = stringify({ kind: "Config", users: [user] }).replace(
      "    user:",
      "    user: &robot",
    );
    const other = "  - name: prod\n    user: *robot\n";
    expect(text).toContain("&robot");
    expect(() => merged(text + other)).toThrow(/^config cannot be changed: .*alias.*robot/);
  });
});

describe("taking a context out of a kubeconfig", () => {
  it("reverses a merge", () => {
    const text = without(merged(THEIRS), "alice-dev") ?? "";
    expect(parse(text)).toEqual({
      ...(parse(THEIRS) as Parsed),
      "current-context": "",
    });
    expect(text).toContain("# production!");
  });

  it("keeps a cluster that another context uses, and another current context", () => {
    const both = merged(merged(""), DEVELOPER);
    const text = without(both, "alice-dev") ?? "";
    expect(parse(text)).toEqual(DEVELOPER);
    expect(parsed(without(text, "alice-dev-developer") ?? "")).toMatchObject({
      clusters: [],
      contexts: [],
      users: [],
      "current-context": "",
    });
  });

  it("keeps a user that another context uses", () => {
    const other = { name: "alice-dev-system", context: { cluster: "prod", user: "alice-dev" } };
    const text = stringify({ ...ALICE, contexts: [...ALICE.contexts, other] });
    expect(parsed(without(text, "alice-dev") ?? "")).toMatchObject({
      clusters: [],
      contexts: [other],
      users: ALICE.users,
    });
  });

  it.each([
    ["there is none", ""],
    ["there is none of that name", THEIRS],
    [
      "somebody else has made it",
      stringify({ ...ALICE, users: [{ name: "alice-dev", user: { token: "mine" } }] }),
    ],
    ["its user is missing", stringify({ ...ALICE, users: [] })],
  ])("changes nothing when %s", (_, text) => {
    expect(without(text, "alice-dev")).toBeUndefined();
  });
});

describe("any kubeconfig", () => {
  // Names and values that YAML would take for something else, if they lost their quotes.
  const word = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom(
      "null",
      "~",
      "on",
      "012",
      "1e3",
      "0x1f",
      "#",
      "- a",
      "a: b",
      "it's",
      '"',
      "line\nline\n",
    ),
  );
  const entry = (key: string) =>
    fc.record({
      name: word,
      [key]: fc.dictionary(
        word,
        fc.oneof(
          word,
          fc.boolean(),
          // JSON, which compares the entries, knows neither NaN nor infinity nor -0 (-0 + 0 is 0).
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
          fc.constant(null),
          fc.array(word),
        ),
      ),
    });
  const list = (key: string) =>
    fc.uniqueArray(entry(key), { selector: (one) => one.name, maxLength: 4 });
  const theirs = fc.record({
    kind: fc.constant("Config"),
    clusters: list("cluster"),
    contexts: list("context"),
    users: list("user"),
    "current-context": word,
    extensions: fc.array(word),
  });
  /** A new environment, or one of the names that are there already. */
  const cases = theirs.chain((config) =>
    fc.tuple(
      fc.constant(config),
      fc.constantFrom("alice-dev", ...config.users.map(({ name }) => name as string)),
      fc.record({ indentSeq: fc.boolean(), collectionStyle: fc.constantFrom("any", "flow") }),
    ),
  );

  it("keeps all other entries in one or two merges", () => {
    fc.assert(
      fc.property(cases, ([config, stack, style]) => {
        const ours = kubeconfigFor(input(stack));
        const before = stringify(config, style as object);
        const isTaken = SECTIONS.some((section) =>
          (config[section] as Parsed["users"]).some(({ name }) => name === stack),
        );
        if (isTaken) {
          return throws(() => merged(before, ours), "that doks-env did not create");
        }
        const text = merged(before, ours);
        const result = parsed(text);
        const kept = SECTIONS.every((section) =>
          isDeepStrictEqual(result[section], [
            ...(JSON.parse(JSON.stringify(config[section])) as object[]),
            ...ours[section],
          ]),
        );
        return kept && result["current-context"] === stack && merged(text, ours) === text;
      }),
    );
  });

  it("is unchanged after a merge and its reversal", () => {
    fc.assert(
      fc.property(cases, ([config, , style]) => {
        const text = merged(stringify(config, style as object), kubeconfigFor(input("ours-dev")));
        expect(parse(without(text, "ours-dev") ?? "")).toMatchObject({
          ...config,
          "current-context": "",
        });
      }),
    );
  });
});
