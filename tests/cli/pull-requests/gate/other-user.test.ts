import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { OtherUser } from "../../../../cli/pull-requests/gate/other-user";
import { runCommand, wordsOf } from "../../../../cli/pull-requests/gate/run-command";
import { TestOutput } from "../../../../cli/pull-requests/gate/test-output";
import { gateAttacks } from "../../../attacks/gate-rows";

const isRoot = process.getuid?.() === 0;
const maySudo = isRoot || spawnSync("sudo", ["-n", "setpriv", "--version"]).status === 0;
const MARKER = "a-secret-of-the-job";

let project: string;
let folder: string;
let world: NodeJS.ProcessEnv;
beforeEach(() => {
  world = { PATH: process.env.PATH };
  project = mkdtempSync(join(tmpdir(), "project-"));
  chmodSync(project, 0o755);
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

async function runs(
  command: string | string[],
  variables: Record<string, string> = {},
  timeout = "20s",
) {
  folder = mkdtempSync(join(tmpdir(), "test-"));
  const user = await OtherUser.open(world);
  const env = { PATH: world.PATH ?? "", ...variables };
  const words = user.starting(wordsOf(command), env, folder);
  await user.give(folder);
  const signal = new AbortController().signal;
  const output = new TestOutput(() => undefined);
  const given = { words, timeout, cwd: project, env, family: user.family, output, signal };
  const verdict = await runCommand(given);
  const left = user.family.members();
  await user.remove(folder);
  return { ...verdict, left };
}

(maySudo ? describe : describe.skip)(
  "a test's command as another user (needs root or sudo)",
  () => {
    it("runs in the project's folder, with only the given variables", async () => {
      const odd = 'it\'s "two"\nlines $HOME `id`';
      const script = `const { PATH, ODD, ...others } = process.env;
      console.log(JSON.stringify([process.cwd(), PATH, ODD, Object.keys(others)]));`;
      const { outcome, output } = await runs(["node", "-e", script], { ODD: odd });
      expect(outcome).toBe("passed");
      // The shell adds those of its own.
      expect(JSON.parse(output.join("\n"))).toEqual([project, world.PATH, odd, ["PWD"]]);
    });

    it("passes and fails like any other", async () => {
      expect(await runs("exit 0")).toMatchObject({ outcome: "passed", left: 0 });
      expect(await runs("exit 7")).toMatchObject({ outcome: "failed", reason: "exit code 7" });
    });

    it.each(gateAttacks(process.pid, MARKER))("cannot $attack", async ({ command }) => {
      const secret = spawn("sleep", ["30"], { env: { PATH: process.env.PATH, IT: MARKER } });
      const file = join(project, "private");
      writeFileSync(file, MARKER, { mode: 0o600 });
      try {
        const { outcome, output } = await runs(command, { PRIVATE: file });
        expect(outcome).toBe("failed");
        expect(output.join("\n")).not.toContain(MARKER);
      } finally {
        secret.kill();
      }
    });

    it("leaves no process behind", async () => {
      const daemon =
        "env -i setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' & sleep 300 & sleep 1;";
      expect(await runs(`${daemon} exit 0`)).toMatchObject({ outcome: "passed", left: 0 });
      expect(await runs(`${daemon} wait`, {}, "2s")).toMatchObject({
        outcome: "timed out",
        left: 0,
      });
    });

    it("may use its folder, which is deleted afterwards", async () => {
      await runs(`touch ${folder}/made && chmod 000 ${folder}/made`);
      expect(existsSync(folder)).toBe(false);
    });

    it("is not run where it cannot read the project, or could change it", async () => {
      const user = await OtherUser.open(world);
      await user.requireReadOnly(project);
      mkdirSync(join(project, "bin"));
      chmodSync(join(project, "bin"), 0o777);
      await expect(user.requireReadOnly(project)).rejects.toThrow("can write to");
      chmodSync(join(project, "bin"), 0o755);
      chmodSync(project, 0o700);
      await expect(user.requireReadOnly(project)).rejects.toThrow("cannot read");
    });
  },
);

describe("becoming another user", () => {
  afterEach(() => jest.restoreAllMocks());

  /** A `sudo` that does what it is asked, or refuses, for somebody who is not root. */
  async function withSudo(script: string, use: () => Promise<void>): Promise<void> {
    jest.spyOn(process, "getuid").mockReturnValue(1_000);
    writeFileSync(join(project, "sudo"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    world = { PATH: [project, process.env.PATH].join(delimiter) };
    await use();
  }

  it("uses sudo when the current user is not root", async () => {
    await withSudo('[ "$1" = -n ] && shift; exec "$@"', async () => {
      const user = await OtherUser.open(world);
      expect(user.starting(["true"], {}, project).slice(0, 3)).toEqual(["sudo", "-n", "setpriv"]);
    });
  });

  (isRoot ? it : it.skip)("works through sudo (the stand-in for sudo needs root)", async () => {
    await withSudo('[ "$1" = -n ] && shift; exec "$@"', async () => {
      expect(await runs("exit 3")).toMatchObject({ reason: "exit code 3", left: 0 });
    });
  });

  it("is refused when sudo asks for a password, and the fix names alternatives", async () => {
    await withSudo("echo 'a password is required' >&2; exit 1", async () => {
      await expect(OtherUser.open(world)).rejects.toMatchObject({
        message: expect.stringContaining("may not switch users") as string,
        fix: expect.stringContaining("make the test an image") as string,
      });
    });
  });
});
