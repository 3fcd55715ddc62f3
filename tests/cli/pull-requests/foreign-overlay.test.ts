import { posix } from "node:path";
import { readForeignOverlay } from "../../../cli/pull-requests/foreign-overlay";
import { FakeCommit } from "./support/fake-commit";

let commit: FakeCommit;
beforeEach(() => {
  commit = new FakeCommit({ "app.yaml": "kind: ConfigMap\n" });
});

function write(file: string, content: string): void {
  commit.files.set(file, Buffer.from(content));
}

/** What is wrong with the overlay in `ci/`, whose kustomization is this. */
function faults(kustomization: string): readonly string[] {
  write("ci/kustomization.yaml", kustomization);
  return readForeignOverlay("ci", commit).faults;
}

describe("a fork's overlay", () => {
  it("may use kustomize's features with its own files", () => {
    write("base/kustomization.yml", "resources: [../app.yaml]\n");
    write("part/kustomization.yaml", "kind: Component\npatches: [{path: patch.yaml}]\n");
    for (const file of ["part/patch.yaml", "ci/x.env", "ci/x.toml", "ci/old.yaml", "ci/crd.json"]) {
      write(file, "");
    }
    expect(
      faults(`
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base, ../app.yaml, ./old.yaml]
components: [../part]
crds: [crd.json]
patchesStrategicMerge: [old.yaml]
patches: [{patch: "- op: remove", target: {kind: Deployment}, options: {allowNameChange: true}}]
images: [{name: acme/web, newTag: pr-7}]
replacements: [{path: old.yaml}, {source: {kind: X}, targets: []}]
configMapGenerator: [{name: a, files: [x.toml, y=x.toml], envs: [x.env], literals: [A=b]}]
secretGenerator: [{name: b, env: x.env, type: Opaque}]
generatorOptions: {disableNameSuffixHash: true}
`),
    ).toEqual([]);
  });

  it.each(["generators", "transformers", "validators", "helmCharts", "openapi", "Resources"])(
    "may not use %s",
    (word) => {
      write("ci/plugin.yaml", "");
      expect(faults(`"${word}": [plugin.yaml]\n`)).toEqual([
        `ci/kustomization.yaml has ${word}, which a fork may not use`,
      ]);
    },
  );

  it.each([
    "https://example.com/evil.yaml",
    "https:/example.com/evil.yaml",
    "github.com/mallory/evil",
    "GitHub.com/mallory/evil",
    "git@github.com:mallory/evil.git",
    "git::https://example.com/evil",
    "gh:mallory/evil",
    "ssh://example.com/evil?ref=main",
    "--enable-exec",
    "a b",
  ])("must not load %s, even if a file has that name", (address) => {
    write(posix.join("ci", address, "kustomization.yaml"), "resources: []\n");
    expect(faults(`resources: [${JSON.stringify(address)}]\n`)).toEqual([
      `ci/kustomization.yaml names ${JSON.stringify(address)}, which is not a path of a file here`,
    ]);
  });

  it.each([
    ["resources: [../../outside.yaml]", "outside the repository"],
    ["resources: [/etc/passwd]", "not a path of a file here"],
    ["resources: [missing.yaml]", "does not exist"],
    ["configMapGenerator: [{name: a, files: [../../outside.yaml]}]", "outside the repository"],
    ["configMapGenerator: [{name: a, files: [x=/proc/self/environ]}]", "not a path of a file here"],
    ["secretGenerator: [{name: a, envs: [link.env]}]", "a symbolic link"],
    ["secretGenerator: [{name: a, env: link.env}]", "a symbolic link"],
    ["patches: [{path: link.env}]", "a symbolic link"],
    ["resources: [linked/secret.yaml]", "a symbolic link"],
    ["crds: [link.env]", "a symbolic link"],
    ["patches: [{Path: /etc/passwd}]", "has patches.Path"],
    ["configMapGenerator: [{name: a, FILES: [/etc/passwd]}]", "has configMapGenerator.FILES"],
    [
      "metadata: &m {files: [/etc/passwd]}\nconfigMapGenerator: [{<<: *m}]",
      "not a path of a file here",
    ],
    ["resources: &all [/etc/passwd]\ncrds: *all", "not a path of a file here"],
    ["resources: {a: b}", "resources is not a list"],
    ["resources: [{a: b}]", "not a path of a file here"],
    ["patches: [text]", "not an object"],
    ["a: b\n---\nc: d", "not a single YAML document"],
    ["[", "cannot be read"],
  ])("is refused before kustomize sees it: %s", (kustomization, fault) => {
    commit.links.push("ci/link.env", "ci/linked");
    const found = faults(kustomization);
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) {
      expect(one).toContain(fault);
    }
  });

  it("is also refused for its bases", () => {
    write("base/kustomization.yaml", "transformers: [x.yaml]\nresources: [../ci]\n");
    expect(faults("resources: [../base]\n")).toEqual([
      "base/kustomization.yaml has transformers, which a fork may not use",
    ]);
  });

  it("is refused when its kustomization is a link, or is missing", () => {
    expect(readForeignOverlay("nowhere", commit).faults).toEqual([
      "nowhere does not contain a kustomization.yaml",
    ]);
    commit.links.push("ci/kustomization.yaml");
    expect(readForeignOverlay("ci", commit).faults).toEqual([
      "ci/kustomization.yaml is not a regular file",
    ]);
  });
});

describe("what kustomize gets of a fork's overlay", () => {
  it("is the parsed content, written again, and nothing else of the commit", () => {
    write("ci/app.yaml", "a: &x {b: 0644, c: on}\nd: {<<: *x}\n---\n---\ne: .\n");
    write("ci/app.env", "A=no\r\n# b\n");
    write("ci/unused.yaml", "a: b\n");
    const kustomization = `resources: [app.yaml]
configMapGenerator: [{name: a, envs: [app.env]}]
patches: [{patch: "- {op: add, path: /a, value: 'x\\u2028- y'}"}]
`;
    expect(faults(kustomization)).toEqual([]);
    expect(Object.fromEntries(readForeignOverlay("ci", commit).files)).toEqual({
      "ci/kustomization.yaml": `resources:
- "app.yaml"
configMapGenerator:
- name: "a"
  envs:
  - "app.env"
patches:
- patch: |
    - op: "add"
      path: "/a"
      value: "x\\u2028- y"
`.replace("---\n", ""),
      "ci/app.yaml": `a:
  b: 420
  c: "on"
d:
  b: 420
  c: "on"
---
e: "."
`,
      "ci/app.env": "A=no\r\n# b\n",
    });
  });

  it.each([
    ["a lone carriage return", "# a\r- ../../outside\n", "U+000D"],
    ["U+0085", "# a\u0085- ../../outside\n", "U+0085"],
    ["U+2028", "# a\u2028- ../../outside\n", "U+2028"],
    ["U+2029", "# a\u2029- ../../outside\n", "U+2029"],
    ["a mark of the byte order", "\ufeffresources: []\n", "U+FEFF"],
    ["a mark of the byte order within", "resources: [] # \ufeff\n", "U+FEFF"],
    ["NUL", "resources: [] # \0\n", "U+0000"],
    ["an escape sequence", "resources: [] # \u001b[1A\n", "U+001B"],
    ["a form feed", "resources: [] # \f\n", "U+000C"],
    ["U+007F", "resources: [] # \u007f\n", "U+007F"],
  ])("has no %s, which YAML readers treat differently", (_, text, name) => {
    const fault = `ci/kustomization.yaml has the character ${name}, which is not plain text`;
    expect(faults(text)).toEqual([fault]);
  });

  it.each([
    ["UTF-16", Buffer.from("resources: []\n", "utf16le"), /has the character U\+0000/],
    ["Latin-1", Buffer.from("namePrefix: \u00fc\n", "latin1"), /is not UTF-8/],
  ])("is UTF-8, and not %s", (_, content, fault) => {
    commit.files.set("ci/kustomization.yaml", content);
    expect(readForeignOverlay("ci", commit).faults).toEqual([expect.stringMatching(fault)]);
  });

  it.each([
    ["a key that is there twice", "resources: []\nresources: []\n", /cannot be read: .*unique/s],
    ["a tag of its own", "namePrefix: !!binary aGk=\n", /cannot be read: .*tag/s],
    ["a quoted merge", 'metadata: {"<<": {a: b}}\n', /has a quoted key <</],
    [
      "a number that JSON does not have",
      "metadata: {a: .inf}\n",
      /cannot be read: JSON cannot represent/,
    ],
    ["aliases without bound", bomb(), /cannot be read: .*alias/s],
    ["a patch that cannot be read", 'patches: [{patch: "a: ["}]\n', /cannot be read/],
  ])("has no %s", (_, text, fault) => {
    expect(faults(text)).toEqual([expect.stringMatching(fault)]);
  });
});

/** Nine lists, each with the one before in it nine times. */
function bomb(): string {
  const lists = Array.from({ length: 9 }, (_, index) => {
    const one = index === 0 ? "x" : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array<string>(9).fill(one).join(", ")}]`;
  });
  return `metadata:\n${lists.map((line) => `  ${line}\n`).join("")}`;
}
