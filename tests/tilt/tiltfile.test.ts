/**
 * The Tiltfile, evaluated by a Starlark interpreter with functions in the place of Tilt's: Tilt itself is too much to
 * build for a test. The manifests are kustomize's own.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { contextName } from "../../cli/cluster/kubeconfig";

const ROOT = join(__dirname, "../..");
const PUBLIC = "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo";

/** A Python interpreter that has what ./requirements.txt lists. */
const python = process.env.STARLARK_PYTHON;
const describeTiltfile = python ? describe : describe.skip;
const reason = python ? "" : " (skipped: STARLARK_PYTHON is not set)";

interface Given {
  readonly context: string;
  /** @default "up" */
  readonly subcommand?: string;
  /** What the command line and the developer's own tilt_config.json say. */
  readonly said?: Readonly<Record<string, string | readonly string[]>>;
}

interface Outcome {
  readonly calls: readonly [name: string, args: readonly unknown[], named: object][];
  readonly error?: string;
}

let folder: string;
let sources: string;
let manifests: object[];
beforeAll(() => {
  manifests = render("kustomize/dev");
  folder = mkdtempSync(join(tmpdir(), "tiltfile-"));
  sources = join(folder, "images.json");
  const images = { frontend: ["src/frontend", "protos"], cartservice: ["src/cart"] };
  writeFileSync(sources, JSON.stringify({ repository: "registry.example.com/shop", images }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function render(overlay: string): object[] {
  const text = execFileSync("kubectl", ["kustomize", overlay], { cwd: ROOT, encoding: "utf8" });
  return parseAllDocuments(text).map((document) => document.toJS() as object);
}

function evaluate({ context, subcommand = "up", said = {} }: Given): Outcome {
  const input = JSON.stringify({ folder: ROOT, context, subcommand, said, manifests });
  const script = join(__dirname, "evaluate.py");
  return JSON.parse(
    execFileSync(python ?? "python3", [script], { input, encoding: "utf8" }),
  ) as Outcome;
}

/** What a function was called with, each time. */
const callsOf = (name: string, { calls, error }: Outcome) => {
  expect(error).toBeUndefined();
  return calls.flatMap(([called, args]) => (called === name ? [args] : []));
};

const ALICE = {
  context: contextName("alice-dev"),
  said: { stack: "alice-dev", registry: "registry.digitalocean.com/acme" },
};

describeTiltfile(`the Tiltfile${reason}`, () => {
  describe("in an environment", () => {
    it("applies what doks-env renders, and allows its context alone", () => {
      const outcome = evaluate(ALICE);
      expect(callsOf("allow_k8s_contexts", outcome)).toEqual([["alice-dev"]]);
      expect(callsOf("local", outcome)).toEqual([[["bin/doks-env", "render", "alice-dev"]]]);
      expect(callsOf("k8s_yaml", outcome)).toEqual([["the environment's manifests"]]);
      expect(callsOf("kustomize", outcome)).toEqual([]);
    });

    it("builds and pushes only the requested images", () => {
      const outcome = evaluate(ALICE);
      expect(callsOf("docker_build", outcome)).toEqual([]);
      expect(callsOf("default_registry", outcome)).toEqual([]);
    });

    it("builds services in the place of the images that the manifests name, below the owner's path", () => {
      const said = { ...ALICE.said, sources, build: ["frontend", "cartservice"] };
      const outcome = evaluate({ ...ALICE, said });
      expect(callsOf("docker_build", outcome)).toEqual([
        [`${PUBLIC}/frontend`, join(folder, "src/frontend")],
        [`${PUBLIC}/cartservice`, join(folder, "src/cart")],
      ]);
      expect(callsOf("default_registry", outcome)).toEqual([
        ["registry.digitalocean.com/acme/alice"],
      ]);
    });

    it.each([
      ["another environment's", "bob-dev"],
      ["a local cluster's, which Tilt would allow", "kind-kind"],
      ["its own, with fewer rights", contextName("alice-dev", "developer")],
    ])("refuses a context that is %s", (_whose, context) => {
      const { error, calls } = evaluate({ ...ALICE, context });
      expect(error).toContain(
        `the current context is "${context}", and the environment's is "alice-dev". fix: doks-env kubeconfig alice-dev --merge`,
      );
      expect(calls.map(([name]) => name)).not.toContain("k8s_yaml");
    });

    it.each(["", "alice", "alice-ci", "dev"])('refuses "%s" as the stack', (stack) => {
      expect(evaluate({ context: stack, said: { stack } }).error).toContain(
        "fix: tilt up -- --stack <your name>-dev",
      );
    });

    it("refuses `tilt down`, which would delete what the stack owns", () => {
      const { error, calls } = evaluate({ ...ALICE, subcommand: "down" });
      expect(error).toContain("fix: doks-env down alice-dev");
      expect(calls.map(([name]) => name)).not.toContain("k8s_yaml");
    });

    it.each([
      [{ build: ["frontend"] }, "nobody says where the sources are"],
      [
        { build: ["redis"], sources: "+" },
        '"redis" cannot be built: there are cartservice, frontend',
      ],
      [{ build: ["frontend"], sources: "+", registry: "" }, "nobody says where to push to"],
    ])("refuses to build with %j", (said, message) => {
      const full = "sources" in said ? { ...said, sources } : said;
      expect(evaluate({ ...ALICE, said: { ...ALICE.said, ...full } }).error).toContain(message);
    });
  });

  describe("on this machine", () => {
    const said = { profile: "local" };
    beforeAll(() => {
      manifests = render("kustomize/local");
    });

    it("applies the overlay for it, and leaves to Tilt which clusters are local", () => {
      const outcome = evaluate({ context: "kind-kind", said });
      expect(callsOf("allow_k8s_contexts", outcome)).toEqual([[[]]]);
      expect(callsOf("kustomize", outcome)).toEqual([["kustomize/local"]]);
      expect(callsOf("k8s_yaml", outcome)).toEqual([["the overlay's manifests"]]);
      expect(callsOf("k8s_resource", outcome)).toEqual([["frontend"]]);
      expect(callsOf("local", outcome)).toEqual([]);
    });

    it("builds for it, and pushes nothing to a registry elsewhere", () => {
      const building = { ...said, sources, build: ["frontend"] };
      const outcome = evaluate({ context: "minikube", said: building });
      expect(callsOf("docker_build", outcome)).toEqual([
        [`${PUBLIC}/frontend`, join(folder, "src/frontend")],
      ]);
      expect(callsOf("default_registry", outcome)).toEqual([]);
    });

    it("may be taken down", () => {
      expect(evaluate({ context: "kind-kind", subcommand: "down", said }).error).toBeUndefined();
    });
  });

  it.each(["do-fra1-prod", "gke_acme_europe_Production", "acme.live", "admin@staging"])(
    "refuses the context %s in any case",
    (context) => {
      const asked: Given["said"][] = [{ profile: "local" }, { stack: context }, ALICE.said];
      for (const said of asked) {
        const { error, calls } = evaluate({ context, said });
        expect(error).toContain(`the context "${context}" is of production`);
        expect(calls.map(([name]) => name)).not.toContain("allow_k8s_contexts");
      }
    },
  );

  it("refuses a profile that does not exist", () => {
    expect(evaluate({ context: "x", said: { profile: "prod" } }).error).toContain(
      'unknown profile "prod": give --profile with one of dev, local',
    );
  });
});
