import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { readForeignOverlay } from "../../cli/pull-requests/foreign-overlay";
import { layOut } from "../../cli/pull-requests/pull-request-overlay";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { kustomize } from "../../core/overlay/kustomize";
import { FakeCommit } from "../cli/pull-requests/support/fake-commit";

// Claim: for an accepted fork's tree, kustomize builds exactly the same as from the fork's own files.

const OPTIONS = { loadRestrictor: "LoadRestrictionsRootOnly", helm: false } as const;

const TREE = {
  "base/kustomization.yaml": `resources: [app.yaml]
configMapGenerator:
- name: conf
  literals: [A=no, "B=0644"]
  files: [settings.toml]
secretGenerator: [{name: keys, envs: [keys.env]}]
`,
  "base/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: &same {a: "on", b: e1, c: .}}
spec:
  replicas: 1
  template:
    metadata:
      annotations: *same
    spec:
      containers:
      - {name: web, image: acme/web, envFrom: [{configMapRef: {name: conf}}], args: [12:30:00, 123e4567]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
`,
  "base/settings.toml": "a = 1\n",
  "base/keys.env": "KEY=value\n",
  "part/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- target: {kind: Deployment}
  patch: |-
    - {op: add, path: /spec/template/metadata/labels, value: {part: "y"}}
`,
  "ci/kustomization.yaml": `resources: [../base]
components: [../part]
namePrefix: pr-
images: [{name: acme/web, newTag: "2026_11_30"}]
patches:
- path: strategic.yaml
- {path: json.yaml, target: {kind: Service, name: web}}
- target: {kind: Deployment, annotationSelector: "b=e1"}
  options: {allowNameChange: true}
  patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: any}
    spec: {template: {spec: {terminationGracePeriodSeconds: 0o17}}}
patchesStrategicMerge: [old.yaml]
patchesJson6902:
- {path: json.yaml, target: {version: v1, kind: Service, name: web}}
- target: {group: apps, version: v1, kind: Deployment, name: web}
  patch: '[{"op": "add", "path": "/spec/paused", "value": true}]'
configMapGenerator:
- {name: conf, behavior: merge, envs: [more.env]}
generatorOptions: {labels: {made: "on"}}
replicas: [{name: web, count: 2}]
labels: [{pairs: {team: "1e3"}, includeSelectors: true}]
replacements:
- source: {kind: Service, fieldPath: metadata.name}
  targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.hostname], options: {create: true}}]
# the end
`,
  "ci/old.yaml":
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: LoadBalancer}\n",
  "ci/more.env": "MORE=~\n",
  "ci/strategic.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, ports: [{containerPort: 0x50}]}]}}}
`,
  "ci/json.yaml": "- {op: replace, path: /spec/ports/0/port, value: 8080}\n",
};

/** What is put somewhere into a file. */
const PIECES = [
  ...[
    "\n",
    "\r",
    "\r\n",
    "\u0085",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\t",
    "\0",
    " ",
    "\u00a0",
    "\u00fc",
  ],
  ...[
    "# a\r- ../../outside\n",
    "# a\u2028- ../../outside\n",
    "\n---\n",
    "\n- json.yaml\n",
    "\n...\n",
  ],
  ...[
    "&a ",
    "*same",
    "*a",
    "<<: *same\n",
    "? ",
    "!!str ",
    "!!binary ",
    "!a ",
    "|-\n",
    ">\n",
    "%YAML 1.1\n",
  ],
  ...["no", "0b101", "1_000", "~", '"', "'", '"\\u2028"', "{", "}", "[", "]", ",", ": ", "- "],
  // Keys that are there already, and those that take the place of others.
  ...["resources: []\n", "namePrefix: x-\n", "kind: Component\n", '"resources": [x.yaml]\n'],
  ...["Resources: [x.yaml]\n", "bases: [../base]\n", "components: [../part]\n", "$patch: delete\n"],
  ...[
    "nameSuffix: -x\n",
    "namespace: other\n",
    "commonLabels: {a: on}\n",
    "resources: [../base]\n",
  ],
];

const mutation = fc.record({
  file: fc.constantFrom(...Object.keys(TREE)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  piece: fc.constantFrom(...PIECES),
  drop: fc.nat(3),
  encoding: fc.constantFrom(...Array<"utf8">(12).fill("utf8"), "utf16le", "latin1"),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fork-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const build = (root: string): Promise<readonly KubernetesObject[] | undefined> =>
  kustomize(join(root, "ci"), process.env, OPTIONS).catch(() => undefined);

function mutated(
  mutations: readonly (typeof mutation extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const texts: Record<string, string> = { ...TREE };
  const files: Record<string, string | Buffer> = { ...TREE };
  for (const { file, at, piece, drop, encoding } of mutations) {
    const text = texts[file] ?? "";
    const index = Math.floor(at * text.length);
    const changed = `${text.slice(0, index)}${piece}${text.slice(index + drop)}`;
    texts[file] = changed;
    files[file] = Buffer.from(changed, encoding);
  }
  return files;
}

it("builds the same objects from the rewritten files of an accepted fork's tree", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { maxLength: 3 }), async (mutations) => {
      const files = mutated(mutations);
      const read = readForeignOverlay("ci", new FakeCommit(files));
      if (read.faults.length > 0) {
        return true;
      }
      const original = join(folder, "original");
      rmSync(original, { recursive: true, force: true });
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(original, file)), { recursive: true });
        writeFileSync(join(original, file), text);
      }
      layOut(join(folder, "anew"), read.files);
      const expected = await build(original);
      if (expected === undefined) {
        return true;
      }
      accepted += 1;
      return isDeepStrictEqual(await build(join(folder, "anew")), expected);
    }),
    { numRuns: 60, endOnFailure: true, examples: [[[]]] },
  );
  expect(accepted).toBeGreaterThan(5);
}, 120_000);
