/** A Pulumi project in a temporary folder, run by the real engine with the plugins of this repository. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { OFFICIAL } from "./kubernetes-plugin";

const ROOT = join(__dirname, "../../../../..");
const run = promisify(execFile);

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly deletedWith?: string;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export class PulumiProject {
  private readonly folder = mkdtempSync(join(tmpdir(), "pulumi-project-"));
  public readonly directory = join(this.folder, "project");
  private readonly plugins = join(this.folder, "plugins");

  /** @param program the text of `index.js`. */
  public constructor(
    program: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    for (const folder of [this.directory, this.plugins, join(this.folder, "backend")]) {
      mkdirSync(folder);
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(
      join(this.directory, "Pulumi.yaml"),
      "name: trial\nruntime: nodejs\nmain: index.js\n",
    );
    writeFileSync(join(this.directory, "package.json"), '{ "name": "trial" }');
    writeFileSync(join(this.directory, "index.js"), program);
    this.bundle("language-nodejs", "pulumi-language-nodejs");
    if (OFFICIAL === undefined) {
      this.bundle("kubernetes", "pulumi-resource-kubernetes");
    }
  }

  /** @returns what the command printed. */
  public async pulumi(...args: string[]): Promise<string> {
    const path = [
      this.plugins,
      ...(OFFICIAL === undefined ? [] : [dirname(OFFICIAL)]),
      process.env.PATH,
    ];
    const { stdout } = await run("pulumi", ["--non-interactive", ...args], {
      cwd: this.directory,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        ...this.environment,
        PATH: path.join(delimiter),
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        KUBECONFIG: "",
      },
    }).catch((error: { stdout?: string; message: string }) => {
      throw new Error(`${error.message}\n${error.stdout ?? ""}`);
    });
    return stdout;
  }

  /** How many resources each operation of an `up` or `preview` was about. */
  public async changes(...args: string[]): Promise<Record<string, number>> {
    const { changeSummary } = JSON.parse(await this.pulumi(...args, "--json")) as {
      changeSummary: Record<string, number>;
    };
    return changeSummary;
  }

  public async resources(): Promise<StateResource[]> {
    const state = JSON.parse(await this.pulumi("stack", "export")) as {
      deployment: { resources?: StateResource[] };
    };
    return state.deployment.resources ?? [];
  }

  public dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private bundle(folder: string, name: string): void {
    const outfile = join(this.plugins, name);
    buildSync({
      entryPoints: [join(ROOT, "packages/minimal-plugins", folder, "main.ts")],
      outfile,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
      banner: { js: "#!/usr/bin/env node" },
      logLevel: "error",
    });
    chmodSync(outfile, 0o755);
  }
}
