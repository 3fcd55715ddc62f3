import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { DiagnoseData } from "../../../cli/cluster/diagnose.data";
import type { KubeconfigData } from "../../../cli/cluster/kubeconfig.data";
import type { DownData } from "../../../cli/environments/down.data";
import type { ExtendData } from "../../../cli/environments/extend.data";
import type { PreviewData } from "../../../cli/environments/preview.data";
import type { ProtectData } from "../../../cli/environments/protect.data";
import type { RenderData } from "../../../cli/environments/render.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { ShowData } from "../../../cli/overview/show.data";
import type { EnvironmentStatus } from "../../../cli/stacks/environment-status";
import { revisionOf } from "../../../core/settings/revision";
import { SERVICES } from "../../helpers/sample-shop";
import { MINUTES, REFRESH, UP } from "../support/commands";
import { World } from "../support/world";

// Claim: doks-env manages an environment from its creation to its removal, together with plain pulumi.

const STACK = "alice-dev";
const HOUR_MS = 3_600_000;

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

async function expectCleanCheckout(): Promise<void> {
  expect(await world.gitStatus()).toBe("");
}

/** Names of the environments that `list` gives. */
async function listed(...filter: string[]): Promise<string[]> {
  const { environments } = await world.doksEnvJson<ListData>("list", ...filter);
  return environments.map(({ stack }) => stack);
}

async function environment(): Promise<EnvironmentStatus> {
  return (await world.doksEnvJson<ShowData>("show", STACK)).environment;
}

/** Images that run in the cluster, sorted. */
async function runningImages(): Promise<string[]> {
  const path = "jsonpath={.items[*].spec.template.spec.containers[*].image}";
  const images = await world.kubectl(STACK, "get", "deploy", "-n", STACK, "-o", path);
  return images.split(" ").sort();
}

function kubectl(file: string, ...args: string[]): Promise<string> {
  return world.runWell("kubectl", "--kubeconfig", file, ...args);
}

describe("up", () => {
  it(
    "shows the environment and the phases of the update",
    async () => {
      const { exitCode, data, stderr } = await world.doksEnvResult<UpData>(
        ...["up", STACK, "--yes", "--ttl", "1s", "--pull-request", "7"],
      );
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      for (const phase of ["checks", "cluster", "access", "namespace", "workloads", "smoke test"]) {
        expect(stderr).toMatch(new RegExp(`✓ ${phase} +\\d+\\.\\d s  `));
      }
      expect(data).toMatchObject({
        environment: {
          stack: STACK,
          owner: "alice",
          profile: "dev",
          state: "up",
          namespace: STACK,
          clusterName: STACK,
          pullRequest: "7",
          protected: false,
          lockedBy: [],
        },
        kubeconfigFile: join(world.checkout, ".rendered", STACK, "kubeconfig.yaml"),
      });
      expect(data.images).toHaveLength(SERVICES.length);
      expect((await fetch(data.environment.url ?? "")).status).toBe(200);
      await expectCleanCheckout();
    },
    5 * MINUTES,
  );

  it(
    "writes stack tags, and saves its options in the stack's own config",
    async () => {
      const tags = JSON.parse(
        await world.pulumiWell("stack", "tag", "ls", "--json", "--stack", STACK),
      ) as Record<string, string>;
      const commit = (await world.runWell("git", "rev-parse", "HEAD")).trim();
      const { createdAt = "", expiresAt } = await environment();
      expect(tags).toMatchObject({
        owner: "alice",
        profile: "dev",
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        expires: expiresAt,
        pullRequest: "7",
        commit,
      });
      expect(expiresAt).toBe(new Date(Date.parse(createdAt) + 1_000).toISOString());
      const file = readFileSync(join(world.checkout, `Pulumi.${STACK}.yaml`), "utf8");
      expect((parse(file) as { config: object }).config).toEqual({
        "ephemeral-doks:ttl": "1s",
        "doks-env:basedOn": revisionOf({ ttl: "1s" }),
      });
      await expectCleanCheckout();
    },
    MINUTES,
  );

  it(
    "changes nothing the second time",
    async () => {
      await world.doksEnvJson<UpData>("up", STACK, "--yes");
      const { updates } = await world.doksEnvJson<ShowData>("show", STACK);
      expect(updates[0]?.changes).toEqual({ same: expect.any(Number) });
    },
    MINUTES,
  );
});

describe("the expiry", () => {
  it(
    "is shown when it has passed, and is then moved from now",
    async () => {
      expect(await listed("--expired")).toEqual([STACK]);
      expect(await world.doksEnvWell("list")).toMatch(/alice-dev .* expired \d+[sm] ago/);
      const { expiresAt } = await world.doksEnvJson<ExtendData>("extend", STACK, "4h");
      expect(Math.abs(Date.parse(expiresAt) - Date.now() - 4 * HOUR_MS)).toBeLessThan(MINUTES);
      expect(await listed("--expired")).toEqual([]);
    },
    MINUTES,
  );

  it(
    "moves by the given duration, up to maxTtl",
    async () => {
      const { createdAt = "", expiresAt: before = "" } = await environment();
      const { expiresAt, latestExpiryAt } = await world.doksEnvJson<ExtendData>(
        ...["extend", STACK, "4h"],
      );
      expect(Date.parse(expiresAt) - Date.parse(before)).toBe(4 * HOUR_MS);
      expect(Date.parse(latestExpiryAt) - Date.parse(createdAt)).toBe(30 * 24 * HOUR_MS);

      const { exitCode, data } = await world.doksEnvResult<{ fix: string }>("extend", STACK, "40d");
      expect({ exitCode, data }).toMatchObject({
        exitCode: 1,
        data: {
          message: expect.stringMatching(
            /may be extended until .* at most, 30d after its creation/,
          ),
        },
      });
      const [command = "", ...fix] = data.fix.split(" ");
      expect(await world.runWell(command, ...fix)).toMatch(/^alice-dev expires .* UTC, in 30d\n$/);
    },
    MINUTES,
  );
});

describe("looking", () => {
  it(
    "at all environments, or at some",
    async () => {
      await world.pulumiWell("stack", "init", "bob-ci");
      expect(await listed()).toEqual([STACK, "bob-ci"]);
      expect(await listed("--owner", "alice")).toEqual([STACK]);
      expect(await listed("--profile", "ci")).toEqual(["bob-ci"]);

      const { stdout, stderr } = await world.doksEnv(["list"]);
      expect(stderr).toBe("");
      const [head, alice, bob, ...rest] = stdout.split("\n");
      expect(head).toMatch(
        /^STACK +OWNER +PROFILE +STATE +VERDICT +AGE +UPDATED +EXPIRES +\$\/HOUR +COST +URL$/,
      );
      expect(alice).toMatch(
        /^alice-dev +alice +dev +up +active .* in \d+d +\$0\.\d{4} +\$0\.\d\d +http:/,
      );
      expect(bob).toMatch(/^bob-ci +bob +ci +empty /);
      expect(rest).toEqual([""]);
    },
    MINUTES,
  );

  it(
    "at one: origins of its settings, and its workloads",
    async () => {
      const { settings, images, cluster, updates } = await world.doksEnvJson<ShowData>(
        "show",
        STACK,
      );
      expect(settings).toMatchObject({
        "quota.pods": { value: 200, origin: "default" },
        region: { value: "fra1", origin: "project" },
        nodeCount: { value: 2, origin: "profile" },
        ttl: { value: "1s", origin: "stack" },
      });
      expect([...images].sort()).toEqual(await runningImages());
      expect(cluster).toMatchObject({
        workloads: SERVICES.map((name) => ({
          kind: "Deployment",
          name,
          ready: 1,
          desired: 1,
          state: "ready",
        })),
        nodes: Array(3).fill({ ready: true }),
      });
      expect(updates).toMatchObject([
        { kind: "update", result: "succeeded" },
        { kind: "update", result: "succeeded" },
      ]);
      await expectCleanCheckout();
    },
    MINUTES,
  );

  it(
    "for problems: none",
    async () => {
      const { exitCode, data } = await world.doksEnvResult<DiagnoseData>("diagnose", STACK);
      expect({ exitCode, findings: data.findings, unread: data.unread }).toEqual({
        exitCode: 0,
        findings: [],
        unread: [],
      });
      expect(await world.doksEnvWell("diagnose", STACK)).toBe(
        `all ${SERVICES.length} workloads of namespace ${STACK} are ready\n`,
      );
    },
    MINUTES,
  );

  it(
    "at the manifests: they match the cluster",
    async () => {
      const { images, manifests } = await world.doksEnvJson<RenderData>("render", STACK);
      expect([...images].sort()).toEqual(await runningImages());
      const deployments = (manifests as { kind: string; metadata: { name: string } }[])
        .filter(({ kind }) => kind === "Deployment")
        .map(({ metadata }) => metadata.name);
      expect(deployments.sort()).toEqual(SERVICES);
      // Kubernetes itself finds nothing that would change.
      const file = join(world.folder, "manifests.yaml");
      writeFileSync(file, await world.doksEnvWell("render", STACK));
      expect(await world.kubectl(STACK, "diff", "-f", file)).toBe("");
      await expectCleanCheckout();
    },
    MINUTES,
  );
});

describe("what Tilt has rolled out", () => {
  it(
    "is the stack's again after a refresh and an update",
    async () => {
      const before = await runningImages();
      const manifests = await world.doksEnvWell("render", STACK);
      const file = join(world.folder, "tilt.yaml");
      writeFileSync(file, manifests.replace(/image: \S+frontend:\S+/, "image: acme/alice:tilt-1"));
      await world.kubectl(STACK, "apply", "--field-manager", "tilt", "-f", file);
      expect(await runningImages()).toContain("acme/alice:tilt-1");
      await world.pulumiWell(...REFRESH, "--stack", STACK);
      await world.up(STACK);
      expect(await runningImages()).toEqual(before);
      await expectCleanCheckout();
    },
    2 * MINUTES,
  );
});

describe("access", () => {
  it(
    "is a kubeconfig that works in any folder, as a file, printed and merged",
    async () => {
      const file = (await world.doksEnvWell("kubeconfig", STACK)).trim();
      expect(await kubectl(file, "get", "deploy", "-o", "name")).toContain("deployment.apps/redis");

      const { kubeconfig } = await world.doksEnvJson<KubeconfigData>(
        "kubeconfig",
        STACK,
        "--print",
      );
      expect(kubeconfig).toBe(readFileSync(file, "utf8"));
      expect(kubeconfig).not.toMatch(/token:|client-key|password/);

      const own = join(world.folder, "kubeconfig");
      await kubectl(own, "config", "set-context", "work", "--namespace", "mine");
      const merged = await world.doksEnv(["kubeconfig", STACK, "--merge"], {
        env: { ...world.env, KUBECONFIG: own },
      });
      expect(merged.stdout).toBe(`${STACK} is the current context of ${own}\n`);
      expect(await kubectl(own, "config", "get-contexts", "-o", "name")).toBe(`${STACK}\nwork\n`);
      expect(await kubectl(own, "get", "nodes", "-o", "name")).toContain("node/");
      await expectCleanCheckout();
    },
    MINUTES,
  );

  it(
    "as a developer is limited to the namespace",
    async () => {
      const { file = "", context } = await world.doksEnvJson<KubeconfigData>(
        ...["kubeconfig", STACK, "--developer"],
      );
      expect(context).toBe(`${STACK}-developer`);
      expect(await kubectl(file, "get", "deploy", "-o", "name")).toContain("deployment.apps/redis");
      await expect(kubectl(file, "get", "nodes")).rejects.toThrow(/forbidden/i);
    },
    MINUTES,
  );

  it(
    "is requested once, and cached so that only its owner can read it",
    async () => {
      const cache = mkdtempSync(join(world.folder, "cache-"));
      const env = { ...world.env, XDG_CACHE_HOME: cache };
      const ask = async () => {
        const id = (
          await world.pulumiWell("stack", "output", "clusterId", "--stack", STACK)
        ).trim();
        const { stdout } = await world.doksEnv(["exec-credential", id], { env });
        return JSON.parse(stdout) as { kind: string; status: { token: string } };
      };
      const first = await ask();
      expect(first).toMatchObject({
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token: expect.any(String), expirationTimestamp: expect.any(String) },
      });
      // Each call to DigitalOcean would make another.
      expect(await ask()).toEqual(first);

      const files = (await world.runWell("find", cache, "-type", "f")).trim().split("\n");
      expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
      expect(readFileSync(files[0] ?? "", "utf8")).toContain(first.status.token);
    },
    MINUTES,
  );
});

describe("preview", () => {
  it(
    "shows a change made for plain pulumi",
    async () => {
      const set = ["config", "set", "--stack", STACK, "--path"];
      await world.pulumiWell(...set, "images.cartservice.tag", "pr-7");
      await world.pulumiWell(...set, "nodeCount", "3");
      const { changes, pricePerHourUsd } = await world.doksEnvJson<PreviewData>("preview", STACK);
      expect(changes).toEqual(
        expect.arrayContaining([
          {
            operation: "update",
            type: "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
            name: expect.any(String),
          },
          {
            operation: "update",
            type: "kubernetes:apps/v1:Deployment",
            name: expect.stringContaining("cartservice"),
          },
        ]),
      );
      // s-2vcpu-4gb is $24 a month of 672 hours.
      expect(pricePerHourUsd.after - pricePerHourUsd.before).toBeCloseTo(24 / 672, 4);
      await expectCleanCheckout();
    },
    MINUTES,
  );

  it(
    "shows nothing after plain pulumi's update, and does not count protection as a change",
    async () => {
      await world.pulumiWell(...UP, "--stack", STACK);
      const on = await world.doksEnvJson<ProtectData>("protect", STACK);
      expect(on).toMatchObject({ stack: STACK, protected: true });

      const data = await world.doksEnvJson<PreviewData>("preview", STACK);
      expect(data).toMatchObject({ isNew: false, changes: [] });
      expect(data.unchanged).toBeGreaterThan(40);
      expect(data.pricePerHourUsd.after).toBe(data.pricePerHourUsd.before);
    },
    2 * MINUTES,
  );

  it(
    "of a new environment also shows its workloads, and leaves nothing",
    async () => {
      const data = await world.doksEnvJson<PreviewData>("preview", "carol-dev");
      expect(data.isNew).toBe(true);
      expect(data.changes).toContainEqual({
        operation: "create",
        type: "digitalocean:index/kubernetesCluster:KubernetesCluster",
        name: "environment-cluster",
      });
      const deployments = (data.workloads ?? []).filter(({ kind }) => kind === "Deployment");
      expect(deployments.map(({ name }) => name).sort()).toEqual(SERVICES);
      expect(data.pricePerHourUsd.before).toBe(0);
      expect(await listed()).toEqual([STACK, "bob-ci"]);
      expect(existsSync(join(world.checkout, "Pulumi.carol-dev.yaml"))).toBe(false);
      expect((await world.api.holdings()).clusters).toEqual([STACK]);
      await expectCleanCheckout();
    },
    MINUTES,
  );
});

describe("down", () => {
  it(
    "is refused by doks-env and plain pulumi while it is protected",
    async () => {
      expect(await world.doksEnvResult("down", STACK, "--yes")).toMatchObject({
        exitCode: 1,
        data: { message: `"${STACK}" is protected`, fix: `doks-env unprotect ${STACK}` },
      });
      const plain = await world.pulumi(["destroy", "--yes", "--stack", STACK]);
      expect(plain.output).toContain("protected");
      expect(plain.exitCode).not.toBe(0);
      expect((await world.api.holdings()).clusters).toEqual([STACK]);

      const off = await world.doksEnvJson<ProtectData>("unprotect", STACK);
      expect(off).toMatchObject({ stack: STACK, protected: false });
      await expectCleanCheckout();
    },
    2 * MINUTES,
  );

  it(
    "leaves nothing: in the account, in the backend, in the checkout",
    async () => {
      const { data, stderr } = await world.doksEnvResult<DownData>("down", STACK, "--yes");
      expect(data).toMatchObject({ stack: STACK, gone: true, left: [] });
      expect(stderr).toMatch(/✓ account .*nothing left/);
      await world.expectNoTraceOf(STACK);
    },
    2 * MINUTES,
  );
});
