import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import { MINUTES } from "../support/commands";
import { lockHolder } from "../support/lock-holder";
import { writeOverlay } from "../support/overlay";
import { signalGroup } from "../support/run";
import { until } from "../support/until";
import { resultOf, World } from "../support/world";

// Claim: no command loses a setting that a user has chosen, and only `up` writes to a checkout.

const STACK = "alice-dev";
/** What no command of `doks-env` is about: git's index, and what was installed. */
const OTHERS = /^(\.git|node_modules|build)(\/|$)/;

let world: World;
let overlay: string;
let colleague: string;
beforeAll(async () => {
  world = await World.start();
  const image = "registry.example.com/shop/worker:v1";
  overlay = writeOverlay(join(world.folder, "overlay"), [{ name: "worker", image }]);
  colleague = await world.anotherCheckout();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const fileIn = (checkout: string) => join(checkout, `Pulumi.${STACK}.yaml`);
const textIn = (checkout: string) => readFileSync(fileIn(checkout), "utf8");
const edit = (checkout: string, from: string, to: string) => {
  expect(textIn(checkout)).toContain(from);
  writeFileSync(fileIn(checkout), textIn(checkout).replace(from, to));
};

const up = (checkout: string, ...more: string[]) =>
  world.doksEnvJson<UpData>("up", STACK, "--yes", "-C", checkout, ...more);

/** How long the environment lives by the settings of its last update. */
async function ttl(): Promise<unknown> {
  const settings = JSON.parse(await world.output(STACK, "settings")) as { own: { ttl?: string } };
  return settings.own.ttl;
}

/** All files in a checkout, with what they hold and when they were written. */
function filesOf(checkout: string): Record<string, string> {
  const names = readdirSync(checkout, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => !OTHERS.test(name)).map((name) => join(checkout, name));
  return Object.fromEntries(
    files
      .filter((file) => statSync(file).isFile())
      .map((file) => [file, `${statSync(file).mtimeMs} ${readFileSync(file, "base64")}`]),
  );
}

describe("two checkouts with diverging settings", () => {
  /** Runs `up` without a terminal, which must refuse and change nothing. */
  async function expectRefusal(checkout: string, here: string, there: string): Promise<void> {
    const before = filesOf(checkout);
    const refused = await world.doksEnv(["up", STACK, "--yes", "-C", checkout]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`ttl: ${here} here, ${there} in the environment`);
    for (const choice of ["mine", "theirs"]) {
      expect(refused.stderr).toContain(`doks-env up ${STACK} --settings ${choice}`);
    }
    expect(filesOf(checkout)).toEqual(before);
    expect(await ttl()).toBe(there);
  }

  it(
    "are shown with both values, and `up` refuses without a terminal",
    async () => {
      await up(world.checkout, "--overlay", overlay, "--ttl", "8h");
      await up(colleague, "--ttl", "4h");
      edit(world.checkout, "ttl: 8h", "ttl: 6h # for the demo");
      await expectRefusal(world.checkout, "6h", "4h");
    },
    4 * MINUTES,
  );

  it(
    "go on with the environment's by `--settings theirs`, and with the checkout's by `--settings mine`",
    async () => {
      await up(world.checkout, "--settings", "theirs");
      expect(textIn(world.checkout)).toContain("ttl: 4h");
      await up(world.checkout, "--ttl", "5h");
      edit(colleague, "ttl: 4h", "ttl: 2h");
      await expectRefusal(colleague, "2h", "5h");

      await up(colleague, "--settings", "mine");
      expect(await ttl()).toBe("2h");
      expect(textIn(world.checkout)).toContain("ttl: 5h");
      await expectRefusal(world.checkout, "5h", "2h");
    },
    4 * MINUTES,
  );

  it(
    "are unchanged in both by commands that only read",
    async () => {
      const before = { ...filesOf(world.checkout), ...filesOf(colleague) };
      for (const args of [
        ["show", STACK],
        ["list"],
        ["preview", STACK],
        ["extend", STACK, "10m"],
        ["diagnose", STACK],
        ["render", STACK],
      ]) {
        const { exitCode, output } = await world.doksEnv(args);
        expect({ args, exitCode, output }).toMatchObject({ exitCode: 0 });
        expect({ args, files: { ...filesOf(world.checkout), ...filesOf(colleague) } }).toEqual({
          args,
          files: before,
        });
      }
    },
    3 * MINUTES,
  );
});

describe("a wake that was killed", () => {
  it(
    "leaves its owner's settings, and the next ends cleanly with the environment's",
    async () => {
      await world.doksEnvWell("sleep", STACK, "--yes");
      const file = textIn(world.checkout);
      const killed = world.startDoksEnv(["wake", STACK, "--yes"]);
      const pulumi = await until(
        "pulumi has created the cluster",
        async () =>
          (await world.api.clusters()).includes(STACK)
            ? lockHolder(world.backend, STACK)
            : undefined,
        2 * MINUTES,
      );
      killed.signal("SIGKILL");
      // Pulumi is in a group of its own, so that Ctrl-C reaches it once.
      signalGroup(pulumi, "SIGKILL");
      expect(await killed.finished).toMatchObject({ exitCode: null });
      expect(textIn(world.checkout)).toBe(file);

      const woken = await world.doksEnv(["wake", STACK, "--yes", "--json"]);
      expect(resultOf<UpData>("wake", woken)).toMatchObject({
        exitCode: 0,
        data: { environment: { state: "up", lockedBy: [] } },
      });
      expect({ file: textIn(world.checkout), ttl: await ttl() }).toEqual({ file, ttl: "2h" });
      expect(await world.api.clusters()).toEqual([STACK]);
    },
    5 * MINUTES,
  );

  it(
    "leaves only the settings of both checkouts after a teardown",
    async () => {
      const files = [textIn(world.checkout), textIn(colleague)];
      const down = await world.doksEnvJson<DownData>("down", STACK, "--yes");
      expect(down).toMatchObject({ gone: true, left: [] });
      await world.expectNoTraceOf(STACK);
      expect([textIn(world.checkout), textIn(colleague)]).toEqual(files);
    },
    2 * MINUTES,
  );
});
