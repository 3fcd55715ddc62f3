import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { KubeconfigData } from "../../../cli/cluster/kubeconfig.data";
import { CommandLines } from "../support/command-lines";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";

// Claim: during the whole life of an environment no secret appears in output, in files or on a command line.

const STACK = "whisper-ci";
const PASSPHRASE = "correct horse battery staple";
/** Has a generated Secret. */
const OVERLAY = join(__dirname, "../../fixtures/trees/monorepo/overlays/qa");

let world: World;
/** The tree as it is applied, with its own Secret; `down` removes it. */
const rendered = () => join(world.checkout, ".rendered", STACK, "manifests.yaml");
let commandLines: CommandLines;
/** All that commands have printed. */
let said = "";
beforeAll(async () => {
  world = await World.start();
  world.env.PULUMI_CONFIG_PASSPHRASE = PASSPHRASE;
  await world.api.request("POST", "/v2/registries", {
    name: "acme",
    subscription_tier_slug: "basic",
    region: "fra1",
  });
  commandLines = new CommandLines();
}, MINUTES);
afterAll(async () => {
  commandLines.close();
  await world.close();
}, MINUTES);

/** Runs doks-env with all that it can say. */
async function say(...args: string[]): Promise<string> {
  const { exitCode, output, stdout } = await world.doksEnv([...args, "--verbose"]);
  said += output;
  expect({ args, exitCode, output }).toMatchObject({ exitCode: 0 });
  return stdout;
}

/** Files of a folder, in all depths, by name. */
function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => statSync(file).isFile());
  return new Map(files.map((file) => [file, readFileSync(file, "latin1")]));
}

/** Credentials that kubectl was given, by the files that keep them. */
function keptCredentials(): { readonly token: string; readonly mode: number }[] {
  const folder = join(world.folder, "home/.cache/ephemeral-doks/credentials");
  return [...filesIn(folder)].map(([file, text]) => ({
    token: /"token":"([^"]+)"/.exec(text)?.[1] ?? "",
    mode: statSync(file).mode & 0o777,
  }));
}

describe("secrets", () => {
  const secrets: Record<string, string> = { PASSPHRASE };

  it(
    "are used during the life of an environment",
    async () => {
      const registry = ["--set", "registry.access=pullSecret", "--set", "registry.name=acme"];
      await say("up", STACK, "--yes", "--overlay", OVERLAY, ...registry);
      await say("list");
      await say("show", STACK);
      await say("diagnose", STACK);
      await say("preview", STACK);
      await say("protect", STACK);
      await say("unprotect", STACK);
      await say("kubeconfig", STACK, "--print");
      const { file = "" } = JSON.parse(
        await say("kubeconfig", STACK, "--developer", "--json"),
      ) as KubeconfigData;
      await world.runWell("kubectl", "--kubeconfig", file, "get", "pods");

      const dockerConfig = await world.kubectl(
        ...[STACK, "-n", STACK, "get", "secret", "registry"],
        ...["-o", "jsonpath={.data.\\.dockerconfigjson}"],
      );
      const { auths } = JSON.parse(Buffer.from(dockerConfig, "base64").toString()) as {
        auths: Record<string, { auth: string }>;
      };
      const state = JSON.parse(
        await world.pulumiWell("stack", "export", "--show-secrets", "--stack", STACK),
      ) as { deployment: { resources: { outputs?: { kubeConfigs?: { plaintext: string } } }[] } };
      const inState = state.deployment.resources.flatMap(
        ({ outputs }) => outputs?.kubeConfigs?.plaintext ?? [],
      );
      const [admin, developer, ...others] = keptCredentials();
      expect([admin?.mode, developer?.mode, others]).toEqual([0o600, 0o600, []]);
      Object.assign(secrets, {
        account: world.env.DIGITALOCEAN_TOKEN,
        admin: admin?.token,
        developer: developer?.token,
        "provider's": /"token":"([^"]+)"/.exec(inState.join(""))?.[1],
        registry: auths["registry.digitalocean.com"]?.auth,
        dockerConfig,
        workload: Buffer.from("made-up").toString("base64"),
      });
      for (const secret of Object.values(secrets)) {
        expect(secret.length).toBeGreaterThan(9);
      }
      expect(new Set(Object.values(secrets)).size).toBe(8);
    },
    5 * MINUTES,
  );

  it("are only in the cache and the rendered tree, which only their owner can read", () => {
    const { checkout, backend, folder } = world;
    const kept = join(folder, "home/.cache/ephemeral-doks/credentials");
    const files = new Map(
      [backend, join(checkout, ".rendered"), join(folder, "pulumi-home"), join(folder, "home")]
        .flatMap((place) => [...filesIn(place)])
        .filter(([file]) => !file.startsWith(kept)),
    );
    files.set("config", readFileSync(join(checkout, `Pulumi.${STACK}.yaml`), "utf8"));
    expect([...files.keys()].join("\n")).toContain(`${STACK}.json`);
    expect(statSync(rendered()).mode & 0o777).toBe(0o600);
    for (const [name, secret] of Object.entries(secrets)) {
      const holders = [...files].filter(([, text]) => text.includes(secret)).map(([file]) => file);
      expect({ name, holders }).toEqual({ name, holders: name === "workload" ? [rendered()] : [] });
    }
  });

  it(
    "are never in output or on a command line",
    async () => {
      await say("down", STACK, "--yes");
      await world.expectNoTraceOf(STACK);
      expect(existsSync(rendered())).toBe(false);

      // That it looks is not enough: it must have seen what it is about.
      expect(commandLines.with("pulumi up").length).toBeGreaterThan(0);
      expect(commandLines.with("bin/exec-credential.js").length).toBeGreaterThan(0);
      expect(said).toContain("Updating (whisper-ci)");
      for (const [name, secret] of Object.entries(secrets)) {
        expect({ name, lines: commandLines.with(secret), isSaid: said.includes(secret) }).toEqual({
          name,
          lines: [],
          isSaid: false,
        });
      }
    },
    2 * MINUTES,
  );
});
