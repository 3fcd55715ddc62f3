import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { EMPTY } from "./support/account";
import { DESTROY, MINUTES, UP } from "./support/commands";
import { World } from "./support/world";

// Claim: any kustomize tree runs as an environment, untouched, and leaves nothing behind.

const TREES = join(__dirname, "../fixtures/trees");

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

async function init(stack: string, tree: string): Promise<void> {
  await world.pulumiWell("stack", "init", stack);
  await world.pulumiWell("config", "set", "overlay", join(TREES, tree), "--stack", stack);
}

async function expectNothingLeftOf(stack: string): Promise<void> {
  await world.pulumiWell(...DESTROY, "--stack", stack);
  expect(await world.api.holdings()).toEqual(EMPTY);
  expect(await world.resourcesOf(stack)).toEqual([]);
}

/** Every file of a tree with its content. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map((file) => join(folder, String(file)))
      .filter((file) => statSync(file).isFile())
      .map((file) => [file, readFileSync(file, "utf8")]),
  );
}

interface Listed {
  readonly items: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
  }[];
}

describe("a foreign kustomize tree", () => {
  it(
    "with StatefulSets, Jobs, components and a Namespace of its own lives in the stack's namespace",
    async () => {
      const before = contents(TREES);
      await init("team-ci", "monorepo/overlays/qa");
      await world.pulumiWell(...UP, "--stack", "team-ci");

      const kinds = "namespaces,statefulsets,cronjobs,jobs,deployments,persistentvolumeclaims";
      const { items } = JSON.parse(
        await world.kubectl("team-ci", "get", kinds, "--all-namespaces", "--output", "json"),
      ) as Listed;
      const own = items.filter(
        ({ metadata }) => !/^(kube-|default$)/.test(metadata.namespace ?? metadata.name),
      );
      expect(
        new Set(
          own.map(({ metadata, kind }) =>
            kind === "Namespace" ? metadata.name : metadata.namespace,
          ),
        ),
      ).toEqual(new Set(["team-ci"]));
      expect(new Set(own.map(({ kind }) => kind))).toEqual(
        new Set([
          "Namespace",
          "StatefulSet",
          "CronJob",
          "Job",
          "Deployment",
          "PersistentVolumeClaim",
        ]),
      );
      expect((await world.api.holdings()).volumes).not.toEqual([]);
      expect((await fetch(await world.output("team-ci", "url"))).status).toBe(200);

      await world.pulumiWell(...UP, "--expect-no-changes", "--stack", "team-ci");
      expect(contents(TREES)).toEqual(before);
      expect(await world.gitStatus()).toBe("");
      await expectNothingLeftOf("team-ci");
    },
    6 * MINUTES,
  );

  it(
    "with custom resources and without an entry comes up, too",
    async () => {
      await init("crds-ci", "crds");
      const { output } = await world.pulumi([...UP, "--stack", "crds-ci"]);
      expect(output).toContain("CustomResourceDefinition");
      expect(
        JSON.parse(await world.pulumiWell("stack", "output", "--json", "--stack", "crds-ci")),
      ).not.toHaveProperty("url");
      expect(
        await world.kubectl("crds-ci", "get", "customresourcedefinitions", "--output", "name"),
      ).not.toBe("");
      await expectNothingLeftOf("crds-ci");
    },
    4 * MINUTES,
  );

  it(
    "with two entries comes up and asks which one is meant",
    async () => {
      await init("two-ci", "two-entries");
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "two-ci"]);
      expect(output).toContain("several load balancers");
      expect(exitCode).toBe(0);
      expect((await world.api.holdings()).loadBalancers).toHaveLength(2);
      await expectNothingLeftOf("two-ci");
    },
    4 * MINUTES,
  );
});
