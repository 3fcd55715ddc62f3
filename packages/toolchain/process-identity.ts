import { readFile } from "node:fs/promises";
import { runChild } from "./child";

/** The command line of a running process, separated by spaces; `undefined` if the process does not exist. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      const words = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
      return words.join(" ").trim() || undefined; // A zombie has none.
    } catch {
      return undefined;
    }
  }
  const ps = await runChild("ps", ["-ww", "-o", "args=", "-p", String(pid)], { env: process.env });
  return ps.output.trim() || undefined;
}
