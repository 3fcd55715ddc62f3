import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DiagnoseData } from "../../../cli/cluster/diagnose.data";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { ShowData } from "../../../cli/overview/show.data";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { resultOf, World } from "../support/world";

// Claim: failing workloads are reported with their causes, and any damaged environment can be removed.

const STACK = "ill-ci";
const BRANCH_LACKS = ["index.ts", "Pulumi.ci.yaml"];
const IMAGE = "ghcr.io/example/worker:2.3.1";

let world: World;
let ill: string;
let well: string;
beforeAll(async () => {
  world = await World.start();
  ill = writeOverlay(join(world.folder, "ill"), [
    { name: "worker", image: IMAGE, simulate: "image-pull-failure", timeoutSeconds: 12 },
  ]);
  well = writeOverlay(join(world.folder, "well"), [{ name: "worker", image: IMAGE }]);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

interface CommandError {
  readonly message: string;
  readonly fix: string;
}

/** Runs doks-env with other variables. */
async function withEnv<T>(env: NodeJS.ProcessEnv, ...args: string[]) {
  const finished = await world.doksEnv([...args, "--json"], { env: { ...world.env, ...env } });
  return resultOf<T>(args[0], finished);
}

describe("a workload that fails", () => {
  it(
    "fails the update, with the reason",
    async () => {
      const { exitCode, stderr } = await world.doksEnvResult(
        ...["up", STACK, "--yes", "--overlay", ill],
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`"${STACK}" is not up`);
      expect(stderr).toMatch(/✗ workloads .* failed/);
      expect(stderr).toMatch(/Deployment worker +failed +0 of 1 ready/);
      expect(stderr).toMatch(new RegExp(`cannot pull ${IMAGE}`));
      expect(stderr).toMatch(/likely fix/);
      expect(stderr).toContain(`doks-env diagnose ${STACK}`);
      expect(await world.gitStatus()).toBe("");
    },
    3 * MINUTES,
  );

  it(
    "is also reported by diagnose and show, as JSON, text and Markdown",
    async () => {
      const { exitCode, data } = await world.doksEnvResult<DiagnoseData>("diagnose", STACK);
      expect({ exitCode, data }).toMatchObject({
        exitCode: 1,
        data: {
          stack: STACK,
          namespace: STACK,
          workloads: [
            { kind: "Deployment", name: "worker", ready: 0, desired: 1, state: "failed" },
          ],
          findings: [
            {
              kind: "Deployment",
              name: "worker",
              state: "failed",
              reason: "ImagePullBackOff",
              text: expect.stringContaining(IMAGE),
              likelyFix: { text: expect.any(String) },
            },
          ],
        },
      });
      const text = await world.doksEnv(["diagnose", STACK]);
      expect(text).toMatchObject({ exitCode: 1, stderr: "" });
      expect(text.stdout).toMatch(/^1 of 1 workloads of namespace ill-ci is not ready\n/);
      const markdown = await world.doksEnv(["diagnose", STACK, "--markdown"]);
      expect(markdown).toMatchObject({ exitCode: 1, stderr: "" });
      expect(markdown.stdout).toMatch(
        /^### .*\n\n#### Deployment `worker`: failed, 0 of 1 ready\n/,
      );
      expect(markdown.stdout).toContain("<details>");

      const { cluster, updates } = await world.doksEnvJson<ShowData>("show", STACK);
      expect(cluster).toMatchObject({
        workloads: [{ name: "worker", state: "failed", reason: expect.stringContaining(IMAGE) }],
      });
      expect(updates).toMatchObject([{ kind: "update", result: "failed" }]);
    },
    MINUTES,
  );

  it(
    "is fixed by the next update",
    async () => {
      await world.doksEnvJson<UpData>("up", STACK, "--yes", "--overlay", well);
      const { findings } = await world.doksEnvJson<DiagnoseData>("diagnose", STACK);
      expect(findings).toEqual([]);
    },
    3 * MINUTES,
  );
});

describe("an environment that cannot be updated", () => {
  it(
    "is listed and shown without its program and without its cluster",
    async () => {
      const { environments } = await world.doksEnvJson<ListData>("list");
      const { clusterId = "" } = environments[0] ?? {};
      const path = `/v2/kubernetes/clusters/${clusterId}`;
      await world.api.request("DELETE", `${path}/destroy_with_associated_resources/dangerous`);
      // As on a branch from before there was the program, or its profile.
      for (const file of BRANCH_LACKS) {
        rmSync(join(world.checkout, file));
      }

      expect(await world.doksEnvJson<ListData>("list")).toEqual({
        schema: "doks-env/list/v1",
        environments: [
          {
            ...environments[0],
            // These two count the seconds.
            costSoFarUsd: expect.any(Number),
            verdict: expect.objectContaining({ kind: "active" }),
          },
        ],
      });
      const { environment, cluster } = await world.doksEnvJson<ShowData>("show", STACK);
      expect(environment).toMatchObject({ stack: STACK, state: "up" });
      expect(cluster).toEqual({
        unknown: expect.stringMatching(/cannot be reached.*deleted, `doks-env down ill-ci`/s),
      });
      const diagnosis = await world.doksEnvResult<CommandError>("diagnose", STACK);
      expect(diagnosis).toMatchObject({
        exitCode: 1,
        data: { message: expect.stringContaining("cannot be reached") },
      });
    },
    MINUTES,
  );

  it.each([
    ["without a token", "", /no DigitalOcean token is set/, /export DIGITALOCEAN_TOKEN=/],
    [
      "with a wrong token",
      "dop_v1_of-somebody-else",
      /401: Unable to authenticate/,
      /DIGITALOCEAN_TOKEN/,
    ],
  ])(
    "is not removed %s, and its stack is kept",
    async (_, token, message, fix) => {
      const env = { DIGITALOCEAN_TOKEN: token };
      const { exitCode, data } = await withEnv<CommandError>(env, "down", STACK, "--yes");
      expect({ exitCode, data }).toMatchObject({
        exitCode: 1,
        data: { message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
      });
      expect((await world.doksEnvJson<ListData>("list")).environments).toMatchObject([
        { stack: STACK, state: "up", lockedBy: [] },
      ]);
    },
    MINUTES,
  );

  it(
    "is nevertheless removed",
    async () => {
      const { exitCode, data } = await world.doksEnvResult<DownData>("down", STACK, "--yes");
      expect({ exitCode, data }).toMatchObject({ exitCode: 0, data: { gone: true, left: [] } });
      await world.runWell("git", "checkout", "--", ...BRANCH_LACKS);
      await world.expectNoTraceOf(STACK);
    },
    2 * MINUTES,
  );
});
