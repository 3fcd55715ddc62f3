import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./support/eventually";

const CHECKOUT = join(__dirname, "../../../..");

test("npm start serves an account from a folder, and stops with SIGTERM", async () => {
  const state = mkdtempSync(join(tmpdir(), "emulator-start-"));
  const args = ["start", "--workspace", "packages/emulator", "--", "--state", state];
  // The whole process group gets the signal, as from a terminal.
  const npm = spawn("npm", args, { cwd: CHECKOUT, detached: true, stdio: "ignore" });
  const ended = new Promise((resolve) => npm.once("exit", resolve));
  try {
    const read = (file: string) => readFileSync(join(state, file), "utf8").trim();
    await eventually(() => existsSync(join(state, "pid")), Boolean, 60_000);
    const endpoint = read("endpoint");
    const response = await fetch(`${endpoint}/v2/account`, {
      headers: { authorization: `Bearer ${read("token")}` },
    });
    expect(response.status).toBe(200);
    expect(read("pid")).not.toBe(String(npm.pid));
  } finally {
    process.kill(-(npm.pid ?? 0), "SIGTERM");
    await ended;
    rmSync(state, { recursive: true, force: true });
  }
});
