import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { EnvironmentStatus } from "../../../cli/stacks/environment-status";
import type { Lock } from "../../../cli/stacks/record";
import { MINUTES } from "../support/commands";
import { isLocked } from "../support/lock-holder";
import { writeOverlay } from "../support/overlay";
import { type Running, signalGroup } from "../support/run";
import { until } from "../support/until";
import { resultOf, World } from "../support/world";

// Claim: a command that is stopped by Ctrl-C or killed leaves no permanent lock and no unreported resource.

const STACK = "busy-ci";
const WORKER = { name: "worker", image: "ghcr.io/example/worker:2.3.1" };

let world: World;
let quick: string;
let stuck: string;
beforeAll(async () => {
  world = await World.start();
  quick = writeOverlay(join(world.folder, "quick"), [WORKER]);
  // Pulumi waits for it for ten minutes: an update that is certainly under way.
  stuck = writeOverlay(join(world.folder, "stuck"), [
    WORKER,
    { name: "idler", image: "ghcr.io/example/idler:1.0.0", simulate: "never-ready" },
  ]);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

interface CommandError {
  readonly message: string;
  readonly fix: string;
}

function startUp(stack: string, ...args: string[]): Running {
  return world.startDoksEnv(["up", stack, "--yes", "--json", ...args]);
}

/** What a command says that was interrupted. */
async function expectInterrupted(up: Running, stack: string, fix: string): Promise<void> {
  const { exitCode, data } = resultOf<CommandError>("up", await up.finished);
  const message = `interrupted: "${stack}" is not locked, and some of its resources exist and are billed`;
  expect({ exitCode, data }).toMatchObject({ exitCode: 130, data: { message, fix } });
}

/** How a lock's owner is told. */
function holder(lock: Lock | undefined): string {
  const { user, host, pid, since } = lock ?? { user: "", host: "", pid: 0, since: "" };
  return `${user}@${host} (pid ${pid}) since ${since.slice(0, 16).replace("T", " ")} UTC`;
}

async function environment(stack: string): Promise<EnvironmentStatus | undefined> {
  const { environments } = await world.doksEnvJson<ListData>("list");
  return environments.find((one) => one.stack === stack);
}

describe("Ctrl-C", () => {
  it(
    "while the cluster is being created waits for it, leaves no lock, and `down` removes everything",
    async () => {
      const up = startUp("early-ci", "--overlay", quick);
      await until("the account has the cluster", async () =>
        (await world.api.clusters()).includes("early-ci") ? true : undefined,
      );
      up.signal("SIGINT");
      await up.says(/Ctrl-C again/);
      await expectInterrupted(
        up,
        "early-ci",
        "doks-env up early-ci   # continues; doks-env down early-ci removes it",
      );
      expect((await environment("early-ci"))?.lockedBy).toEqual([]);
      expect(await world.gitStatus()).toBe("");

      const down = await world.doksEnvJson<DownData>("down", "early-ci", "--yes");
      expect(down).toMatchObject({ gone: true, left: [] });
      await world.expectNoTraceOf("early-ci");
    },
    3 * MINUTES,
  );
});

describe("an update under way", () => {
  let first: Running;

  it(
    "blocks a second one, which shows the holder of the lock and its time",
    async () => {
      first = startUp(STACK, "--overlay", stuck);
      await Promise.all([first.says(/✓ cluster/), first.says(/✓ namespace/)]);

      const { exitCode, data } = await world.doksEnvResult<CommandError>("up", STACK, "--yes");
      const [lock] = (await environment(STACK))?.lockedBy ?? [];
      expect(lock).toMatchObject({ user: userInfo().username, host: hostname() });
      expect({ exitCode, data }).toMatchObject({
        exitCode: 1,
        data: {
          message: expect.stringContaining(`stack "${STACK}" is locked by ${holder(lock)}, `),
          fix: expect.stringContaining("--wait"),
        },
      });
      expect(await environment(STACK)).toMatchObject({ state: "updating" });
    },
    3 * MINUTES,
  );

  it(
    "ends in order at Ctrl-C, and the waiting one continues",
    async () => {
      const second = startUp(STACK, "--wait", "--overlay", quick);
      await second.says(new RegExp(`waiting for .*@.* which has locked stack "${STACK}"`));
      first.signal("SIGINT");
      await expectInterrupted(
        first,
        STACK,
        `doks-env up ${STACK}   # continues; doks-env down ${STACK} removes it`,
      );

      const { exitCode, data } = resultOf<UpData>("up", await second.finished);
      expect({ exitCode, data }).toMatchObject({
        exitCode: 0,
        data: { environment: { state: "up", lockedBy: [] }, images: [WORKER.image] },
      });
      expect(await world.gitStatus()).toBe("");
    },
    3 * MINUTES,
  );

  it(
    "that was killed without its pulumi is completed by it, and leaves no lock",
    async () => {
      const other = writeOverlay(join(world.folder, "other"), [{ ...WORKER, name: "other" }]);
      const killed = startUp(STACK, "--overlay", other);
      const isHeld = () => isLocked(world.backend, STACK);
      await until("pulumi has locked the stack", async () => isHeld() || undefined);
      process.kill(killed.pid, "SIGKILL");
      await until("pulumi has released the stack", async () => !isHeld() || undefined);
      expect(await world.resourcesOf(STACK)).toContainEqual(expect.stringMatching(/other$/));
      expect(await environment(STACK)).toMatchObject({ state: "up", lockedBy: [] });
    },
    3 * MINUTES,
  );

  it(
    "that was killed holds its lock until `down` finds its process gone",
    async () => {
      const killed = startUp(STACK, "--overlay", stuck);
      await killed.says(/✓ namespace/);
      const [lock] = (await environment(STACK))?.lockedBy ?? [];
      if (lock === undefined) {
        throw new Error("nobody holds the stack");
      }
      killed.signal("SIGKILL");
      // Pulumi is in a group of its own, so that Ctrl-C reaches it once.
      signalGroup(lock.pid, "SIGKILL");
      await killed.finished;
      expect(await environment(STACK)).toMatchObject({ state: "updating", lockedBy: [lock] });

      const { data, stderr } = await world.doksEnvResult<DownData>("down", STACK, "--yes");
      expect(stderr).toContain(`breaking the lock of ${holder(lock)}, `);
      expect(stderr).toContain("that process has ended");
      expect(data).toMatchObject({ gone: true, left: [] });
      await world.expectNoTraceOf(STACK);
    },
    3 * MINUTES,
  );
});

describe("a lock of another machine", () => {
  it(
    "is broken only with --break-lock",
    async () => {
      await world.pulumiWell("stack", "init", "else-ci");
      const lock = join(
        world.backend,
        ".pulumi/locks/organization/ephemeral-doks/else-ci/0d1f9d5c-6f0a-4b52-9a37-3e2f1c0b7a11.json",
      );
      const owner = { pid: 1, username: "bob", hostname: "build-7" };
      mkdirSync(dirname(lock), { recursive: true });
      writeFileSync(lock, JSON.stringify({ ...owner, timestamp: "2026-11-20T08:00:00Z" }));
      expect(await world.doksEnvResult("down", "else-ci", "--yes")).toMatchObject({
        exitCode: 1,
        data: {
          message: expect.stringContaining(
            "locked by bob@build-7 (pid 1) since 2026-11-20 08:00 UTC, ",
          ),
          fix: expect.stringContaining("--break-lock"),
        },
      });
      expect(existsSync(lock)).toBe(true);

      const { data, stderr } = await world.doksEnvResult<DownData>(
        ...["down", "else-ci", "--yes", "--break-lock"],
      );
      expect(stderr).toMatch(/breaking the lock of bob@build-7 .*: because of --break-lock/);
      expect(data).toMatchObject({ gone: true });
      await world.expectNoTraceOf("else-ci");
    },
    MINUTES,
  );
});
