import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { COMMANDS } from "../../../cli/commands";
import { Api, EMPTY } from "./account";
import { type Finished, Running, type RunOptions, run, type Surroundings } from "./run";
import { expectSchema } from "./schema";
import { until } from "./until";

const ROOT = join(__dirname, "../../..");
const COMMAND = "build/doks-env.js";
/** git does not treat a link as a folder, so `node_modules/` in .gitignore does not match it. */
const GIT_CONFIG =
  "[user]\nname = e2e\nemail = e2e@localhost\n[core]\nexcludesFile = ~/.gitignore\n";
const NO_QUESTIONS = ["--non-interactive", "--color", "never"];

/** Output of doks-env with `--json`. */
export interface Result<T> extends Pick<Finished, "exitCode" | "stderr"> {
  readonly data: T;
}

/**
 * A developer's machine: a fresh checkout, a Pulumi backend and a DigitalOcean account of its own. The real Pulumi
 * engine, its plugins and the control planes' binaries are those on PATH, as `make test` has set it.
 */
export class World {
  /** Folder of the checkout. */
  public readonly checkout: string;
  /** Folder of Pulumi's backend. */
  public readonly backend: string;
  public readonly env: NodeJS.ProcessEnv;
  public readonly api: Api;

  private constructor(
    public readonly folder: string,
    private readonly emulator: ChildProcess,
    endpoint: string,
    token: string,
  ) {
    this.checkout = join(folder, "checkout");
    this.api = new Api(endpoint, token);
    this.backend = join(folder, "pulumi");
    mkdirSync(this.backend);
    this.env = {
      PATH: [join(this.checkout, "bin"), process.env.PATH].join(delimiter),
      HOME: join(folder, "home"),
      PULUMI_HOME: join(folder, "pulumi-home"),
      PULUMI_BACKEND_URL: pathToFileURL(this.backend).href,
      PULUMI_CONFIG_PASSPHRASE: "of the test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      DIGITALOCEAN_API_URL: endpoint,
      DOKS_ENV_DNS_SERVERS: new URL(endpoint).host,
      DIGITALOCEAN_TOKEN: token,
      // pulumi and kubectl collect garbage less often: a start of each takes a fifth less processor time (2 cores, 2026-12-01).
      GOGC: "400",
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
    try {
      await world.makeCheckout();
    } catch (error) {
      await world.close();
      throw error;
    }
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

  /** Takes a stack down like `make down`. @returns the receipt */
  public down(stack: string): Promise<string> {
    return this.doksEnvWell("down", stack, "--yes");
  }

  /** Brings a stack up like `make up`. @returns the summary */
  public up(stack: string): Promise<string> {
    return this.doksEnvWell("up", stack, "--yes");
  }

  /** Starts the checkout's own doks-env in the checkout. */
  public startDoksEnv(args: readonly string[], surroundings: Partial<Surroundings> = {}): Running {
    return new Running("doks-env", args, { cwd: this.checkout, env: this.env, ...surroundings });
  }

  /** Runs it to its end. */
  public doksEnv(
    args: readonly string[],
    surroundings: Partial<Surroundings> = {},
  ): Promise<Finished> {
    return this.startDoksEnv(args, surroundings).finished;
  }

  /** The same, and fails with its output unless it goes well. @returns the result, as text */
  public async doksEnvWell(...args: string[]): Promise<string> {
    return well(await this.doksEnv(args));
  }

  /** Runs it with `--json`; standard output must be the result and nothing else, of its schema. */
  public async doksEnvResult<T>(...args: string[]): Promise<Result<T>> {
    return resultOf<T>(args.join(" "), await this.doksEnv([...args, "--json"]));
  }

  /** The same, and fails with what it says unless it goes well. */
  public async doksEnvJson<T>(...args: string[]): Promise<T> {
    const { exitCode, data, stderr } = await this.doksEnvResult<T>(...args);
    if (exitCode !== 0) {
      throw new Error(`exit code ${String(exitCode)}:\n${stderr}`);
    }
    return data;
  }

  /** Changed files according to git. */
  public gitStatus(): Promise<string> {
    return this.runWell("git", "status", "--porcelain");
  }

  /** Names of a stack's remaining resources, without the stack itself. */
  public async resourcesOf(stack: string): Promise<string[]> {
    const state = JSON.parse(await this.pulumiWell("stack", "export", "--stack", stack)) as {
      deployment: { resources?: { urn: string; type: string }[] };
    };
    return (state.deployment.resources ?? [])
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map(({ urn }) => urn);
  }

  /** Creates another checkout of the same commit, like a colleague's or the next CI job's. @returns its folder */
  public async anotherCheckout(): Promise<string> {
    const folder = mkdtempSync(join(this.folder, "checkout-"));
    await this.runWell("git", "clone", "--quiet", this.checkout, folder);
    this.install(folder);
    return folder;
  }

  /** Expects that the account, the backend and the checkout have no remains of a stack. */
  public async expectNoTraceOf(stack: string): Promise<void> {
    expect(await this.api.holdings()).toEqual(EMPTY);
    const files = readdirSync(this.backend, { recursive: true }).map(String);
    // Pulumi keeps the history and a backup of a removed stack.
    const live = files.filter(
      (file) => /\/(stacks|locks)\/.*\.(json|pulumi-tags)$/.test(file) && file.includes(stack),
    );
    expect({
      live,
      isRendered: existsSync(join(this.checkout, ".rendered", stack)),
      changed: await this.gitStatus(),
    }).toEqual({ live: [], isRendered: false, changed: "" });
  }

  /** Stops the emulator with all control planes, and deletes all files. */
  public async close(): Promise<void> {
    const ended = new Promise((resolve) => this.emulator.once("exit", resolve));
    if (this.emulator.exitCode === null) {
      this.emulator.kill("SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Creates a fresh clone: the files that git tracks or would track, in a new repository. */
  private async makeCheckout(): Promise<void> {
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
    writeFileSync(join(this.folder, "home/.gitconfig"), GIT_CONFIG);
    writeFileSync(join(this.folder, "home/.gitignore"), "node_modules\n");
    this.install(this.checkout);
    await this.runWell("git", "init", "--quiet");
    await this.runWell("git", "add", "--all");
    await this.runWell("git", "commit", "--quiet", "--message", "checkout");
  }

  /** Adds the results of `npm ci` and `npm run build` to a checkout. Copies the command, because it looks for its project next to itself. */
  private install(checkout: string): void {
    symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
    mkdirSync(join(checkout, "build"));
    for (const file of [COMMAND, "build/program.js", "build/program.js.map"]) {
      cpSync(join(ROOT, file), join(checkout, file));
    }
  }
}

function well({ exitCode, output, stdout }: Finished): string {
  if (exitCode !== 0) {
    throw new Error(`exit code ${String(exitCode)}:\n${reasonIn(output)}`);
  }
  return stdout;
}

/** Pulumi's diagnostics if there are any: CI cuts long messages, and the reason stands behind all progress lines. */
function reasonIn(output: string): string {
  const lines = output.split("\n").filter((line) => !/warning: using pulumi-\S+ from/.test(line));
  return lines.slice(Math.max(0, lines.lastIndexOf("Diagnostics:"))).join("\n");
}

/** What a command has printed with `--json`; fails when that is not of the command's schema, or the one for errors. */
export function resultOf<T>(command = "", { exitCode, stdout, stderr }: Finished): Result<T> {
  const data = parsed(stdout, stderr) as T & { readonly schema?: string };
  const own = COMMANDS.find(({ name }) => `${command} `.startsWith(`${name} `))?.schema ?? "";
  const [schema = ""] = [own, "error/v1"].filter((one) => data.schema === `doks-env/${one}`);
  expectSchema(schema, data);
  return { exitCode, data, stderr };
}

function parsed(stdout: string, stderr: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`this is not JSON: "${stdout}"\n${stderr}`);
  }
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_emulator/health`)).ok;
  } catch {
    // The server does not listen yet.
    return false;
  }
}
