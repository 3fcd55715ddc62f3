import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withServer } from "../helpers/local-server";
import { inSeconds, measure, median, ratio } from "./measure";
import type { PartResult } from "./results";

const ROUNDS = 11;

/**
 * Measures what starts most often, beside a Node that does nothing: help, completion, and the exec plugin that each kubectl
 * command waits for, with an API that answers at once. Called in the project's folder.
 */
export async function benchStart(): Promise<Pick<PartResult, "head" | "rows">> {
  const home = mkdtempSync(join(tmpdir(), "bench-start-"));
  const answer = JSON.stringify({
    server: "https://cluster.example.com",
    certificate_authority_data: "Q0E=",
    token: "cluster-token",
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const rows: string[][] = [];
  try {
    await withServer(
      (_, response) => response.end(answer),
      async ({ url }) => {
        const env = { ...process.env, DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: "token" };
        let empty = 0;
        const uncached = () => ({ ...env, XDG_CACHE_HOME: join(home, String(empty++)) });
        const cached = () => ({ ...env, XDG_CACHE_HOME: home });
        let node: number | undefined;
        const row = async (name: string, args: readonly string[], its = cached) => {
          const { seconds, processorSeconds } = await median(ROUNDS, () =>
            measure("node", args, { env: its() }),
          );
          const times = [inSeconds(seconds), inSeconds(processorSeconds)];
          node ??= seconds;
          rows.push([name, ...times, ratio(seconds, node)]);
        };
        await row("`node -e 0`", ["-e", "0"]);
        await row("`doks-env --help`", ["bin/doks-env", "--help"]);
        await row("completion of a command", ["bin/doks-env", "__complete", "li"]);
        const plugin = ["bin/exec-credential.js", "c-1"];
        await row("exec plugin, asking the API", plugin, uncached);
        await row("exec plugin, from the cache", plugin);
      },
    );
  } finally {
    rmSync(home, { recursive: true });
  }
  return { head: ["", "wall", "processor", "times Node alone"], rows };
}
