import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./support/eventually";
import { isAlive } from "./support/is-alive";

const CHECKOUT = join(__dirname, "../../../..");

test("npm start serves an account from a folder, and stops with SIGTERM", async () => {
  const state = mkdtempSync(join(tmpdir(), "emulator-start-"));
  const args = ["start", "--workspace", "packages/emulator", "--", "--state", state];
  // The whole process group gets the signal, as from a terminal.
  const npm = spawn("npm", args, { cwd: CHECKOUT, detached: true, stdio: "ignore" });
  const ended = new Promise((resolve) => npm.once("exit", resolve));
  let emulator: number | undefined;
  try {
    const read = (file: string) => readFileSync(join(state, file), "utf8").trim();
    await eventually(() => existsSync(join(state, "pid")), Boolean, 60_000);
    emulator = Number(read("pid"));
    const endpoint = read("endpoint");
    const response = await fetch(`${endpoint}/v2/account`, {
      headers: { authorization: `Bearer ${read("token")}` },
    });
    expect(response.status).toBe(200);
    expect(emulator).not.toBe(npm.pid);
  } finally {
    process.kill(-(npm.pid ?? 0), "SIGTERM");
    await ended;
    // npm does not wait for the emulator, which ends its control planes first.
    await eventually(
      () => emulator !== undefined && isAlive(emulator),
      (alive) => !alive,
      30_000,
    );
    rmSync(state, { recursive: true, force: true });
  }
});
