import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Api } from "./account";
import { type Finished, type RunOptions, run } from "./run";
import { until } from "./until";

const ROOT = join(__dirname, "../../..");
const NO_QUESTIONS = ["--non-interactive", "--color", "never"];

/**
 * A developer's machine: a fresh checkout, a Pulumi backend and a DigitalOcean account of its own. The real Pulumi
 * engine, its plugins and the control planes' binaries are those on PATH, as `make test` has set it.
 */
export class World {
  /** Folder of the checkout. */
  public readonly checkout: string;
  public readonly env: NodeJS.ProcessEnv;
  public readonly api: Api;

  private constructor(
    private readonly folder: string,
    private readonly emulator: ChildProcess,
    endpoint: string,
    token: string,
  ) {
    this.checkout = join(folder, "checkout");
    this.api = new Api(endpoint, token);
    const backend = join(folder, "pulumi");
    mkdirSync(backend);
    this.env = {
      PATH: process.env.PATH,
      HOME: join(folder, "home"),
      PULUMI_HOME: join(folder, "pulumi-home"),
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: "of the test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      DIGITALOCEAN_API_URL: endpoint,
      DIGITALOCEAN_TOKEN: token,
    };
  }

  public static async start(): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), "e2e-"));
    const state = join(folder, "emulator");
    const emulator = spawn(
      process.execPath,
      [join(ROOT, "build/emulator.js"), "serve", "--state", state],
      {
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    const endpoint = await until("the emulator serves", async () => {
      if (emulator.exitCode !== null) {
        throw new Error(`the emulator ended with ${emulator.exitCode}`);
      }
      const url = readIfThere(join(state, "endpoint"));
      return url !== undefined && (await isHealthy(url)) ? url : undefined;
    });
    const token = readFileSync(join(state, "token"), "utf8").trim();
    const world = new World(folder, emulator, endpoint, token);
    await world.cloneCheckout();
    return world;
  }

  /** Runs pulumi in the checkout, without questions. */
  public pulumi(args: readonly string[], options: Partial<RunOptions> = {}): Promise<Finished> {
    return run("pulumi", [...args, ...NO_QUESTIONS], {
      cwd: this.checkout,
      env: this.env,
      ...options,
    });
  }

  /** The same, and fails with its output unless it goes well. */
  public async pulumiWell(...args: string[]): Promise<string> {
    return well(await this.pulumi(args));
  }

  /** Runs a program in the checkout and fails with its output unless it goes well. */
  public async runWell(command: string, ...args: string[]): Promise<string> {
    return well(await run(command, args, { cwd: this.checkout, env: this.env }));
  }

  /** One of the stack's outputs. */
  public async output(stack: string, name: string): Promise<string> {
    return (await this.pulumiWell("stack", "output", name, "--stack", stack)).trim();
  }

  /** Runs kubectl in a stack's cluster with the kubeconfig that the program wrote. */
  public kubectl(stack: string, ...args: string[]): Promise<string> {
    return this.runWell("kubectl", "--kubeconfig", `.rendered/${stack}/kubeconfig.yaml`, ...args);
  }

  /** Takes a stack down as `make down` does. @returns the receipt */
  public down(stack: string): Promise<string> {
    return this.runWell(process.execPath, join(ROOT, "build/down.js"), stack);
  }

  /** Brings a stack up as `make up` does. @returns the summary */
  public up(stack: string, overlay = ""): Promise<string> {
    return this.runWell(process.execPath, join(ROOT, "build/up.js"), stack, "--overlay", overlay);
  }

  /** What git says is not as it was committed. */
  public gitStatus(): Promise<string> {
    return this.runWell("git", "status", "--porcelain");
  }

  /** Names of the resources that a stack still has, but for the stack itself. */
  public async resourcesOf(stack: string): Promise<string[]> {
    const state = JSON.parse(await this.pulumiWell("stack", "export", "--stack", stack)) as {
      deployment: { resources?: { urn: string; type: string }[] };
    };
    return (state.deployment.resources ?? [])
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map(({ urn }) => urn);
  }

  /** Ends the emulator, with all control planes, and removes everything. */
  public async close(): Promise<void> {
    const ended = new Promise((resolve) => this.emulator.once("exit", resolve));
    if (this.emulator.exitCode === null) {
      this.emulator.kill("SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What a fresh clone has: the files that git tracks or would, in a repository of their own. */
  private async cloneCheckout(): Promise<void> {
    const listed = await run(
      "git",
      ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
      {
        cwd: ROOT,
        env: process.env,
      },
    );
    for (const file of well(listed).split("\0")) {
      if (file !== "" && existsSync(join(ROOT, file))) {
        mkdirSync(dirname(join(this.checkout, file)), { recursive: true });
        cpSync(join(ROOT, file), join(this.checkout, file));
      }
    }
    mkdirSync(join(this.folder, "home"));
    symlinkSync(join(ROOT, "node_modules"), join(this.checkout, "node_modules"));
    const author = ["-c", "user.name=e2e", "-c", "user.email=e2e@localhost"];
    await this.runWell("git", "init", "--quiet");
    // A link is no folder to git: the checkout's `node_modules/` does not ignore it.
    await this.runWell("git", "config", "core.excludesFile", join(this.folder, "excludes"));
    await this.runWell("sh", "-c", `echo node_modules > '${join(this.folder, "excludes")}'`);
    await this.runWell("git", "add", "--all");
    await this.runWell("git", ...author, "commit", "--quiet", "--message", "checkout");
  }
}

function well({ exitCode, output, stdout }: Finished): string {
  if (exitCode !== 0) {
    throw new Error(`exit code ${String(exitCode)}:\n${output}`);
  }
  return stdout;
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_emulator/health`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
