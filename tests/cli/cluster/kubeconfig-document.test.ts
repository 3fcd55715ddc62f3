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
- name: alice-dev
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
  ])("makes a whole kubeconfig of %s", (_, text) => {
    expect(parse(merged(text))).toEqual(ALICE);
    expect(merged(text)).toContain(text.startsWith("#") ? text : "");
    expect(merged(text)).toContain("\ncontexts:\n");
  });

  it("replaces the entries of its names and leaves all else as it was written", () => {
    const [comment, old] = ["\n# me\n", "- name: alice-dev\n  user:\n    token: old\n"];
    const [context = "", user = ""] = [ALICE.contexts, ALICE.users].map((entries) =>
      stringify(entries, { lineWidth: 0, indentSeq: false }),
    );
    expect(merged(THEIRS + comment + old)).toBe(
      THEIRS.replace("https://old.example.com", "https://new.example.com")
        .replace("insecure-skip-tls-verify: true", "certificate-authority-data: Q0E=")
        .replace("current-context: prod #", `${context}current-context: alice-dev #`) +
        comment +
        user,
    );
  });

  it("keeps the administrator's and the developer's side by side", () => {
    const both = merged(merged(THEIRS), DEVELOPER);
    expect(parsed(both).contexts.map(({ name }) => name)).toEqual([
      "prod",
      "alice-dev",
      "alice-dev-developer",
    ]);
    expect(parsed(both).clusters.map(({ name }) => name)).toEqual(["alice-dev", "prod"]);
    expect(parsed(both)["current-context"]).toBe("alice-dev-developer");
  });

  it.each([
    ["YAML of something else", "name: shop\nruntime: nodejs\n", 'it is not of kind "Config"'],
    ["another kind", "apiVersion: v1\nkind: Secret\nusers: []\n", 'it is not of kind "Config"'],
    ["a list", "- a\n", 'it is not of kind "Config"'],
    ["text", "dop_v1_token\n", 'it is not of kind "Config"'],
    ["a map in the place of a list", "clusters: {a: b}\n", "its clusters are no list"],
    ["entries without names", "users: [{user: {}}]\n", "its users are no list of entries"],
    ["no YAML", 'kind: Config\nusers: "dop_v1_token\n', "line 3 is no YAML"],
    ["several documents", "kind: Config\n---\nkind: Config\n", "line 2 is no YAML"],
  ])("refuses %s, without showing what is in it", (_, text, why) => {
    expect(() => merged(text)).toThrow(`config is no kubeconfig: ${why}`);
    expect(() => merged(text)).not.toThrow("dop_v1_token");
    expect(() => without(text, "alice-dev")).toThrow("config is no kubeconfig");
  });
});

describe("a kubeconfig with aliases", () => {
  const shared = (name: string) =>
    `users:\n- name: ${name}\n  user: &robot\n    token: x\n- name: prod\n  user: *robot\n`;

  it("keeps them", () => {
    expect(merged(shared("bob"))).toContain(shared("bob"));
  });

  it("is refused when one would refer to what goes", () => {
    expect(() => merged(shared("alice-dev"))).toThrow(/^config cannot be changed: .*alias.*robot/);
  });
});

describe("taking a context out of a kubeconfig", () => {
  it("is the reverse of merging it in", () => {
    const text = without(merged(THEIRS.replaceAll("alice-dev", "bob-dev")), "alice-dev") ?? "";
    expect(parse(text)).toEqual({
      ...(parse(THEIRS.replaceAll("alice-dev", "bob-dev")) as Parsed),
      "current-context": "",
    });
    expect(text).toContain("# production!");
  });

  it("leaves the cluster while another context uses it, and the current context that is another", () => {
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

  it("leaves a user that another context uses", () => {
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
        fc.oneof(word, fc.boolean(), fc.double(), fc.constant(null), fc.array(word)),
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

  it("keeps all that others have put in, when ours is merged in, once or twice", () => {
    fc.assert(
      fc.property(cases, ([config, stack, style]) => {
        const ours = kubeconfigFor(input(stack));
        const text = merged(stringify(config, style as object), ours);
        const result = parsed(text);
        for (const section of SECTIONS) {
          const others = (entries: readonly { name: unknown }[]) =>
            entries.filter(({ name }) => name !== stack);
          expect(others(result[section])).toEqual(others(config[section] as Parsed["users"]));
          expect(result[section].filter(({ name }) => name === stack)).toEqual(ours[section]);
        }
        expect(result).toMatchObject({ "current-context": stack, extensions: config.extensions });
        expect(merged(text, ours)).toBe(text);
      }),
    );
  });

  it("is as before when ours is taken out again", () => {
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
