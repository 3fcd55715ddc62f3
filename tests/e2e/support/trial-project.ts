import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Finished, type RunOptions, run } from "./run";

const ROOT = join(__dirname, "../../..");
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
new pulumi.ComponentResource("trial:index:Nothing", "nothing");
if (new pulumi.Config().getBoolean("fail")) {
  throw new Error("as told");
}
exports.url = "http://localhost";
exports.token = pulumi.secret("s3cret");
exports.images = { "shop/frontend": "shop/frontend:v1" };
`;

/** A Pulumi project without resources in a temporary folder, with a home and an empty folder for a backend. */
export class TrialProject {
  public readonly name = "trial";
  public readonly folder: string;
  public readonly localBackend: string;
  public readonly env: NodeJS.ProcessEnv;
  private readonly root = mkdtempSync(join(tmpdir(), "trial-"));

  public constructor() {
    this.folder = join(this.root, "project");
    const backend = join(this.root, "backend");
    this.localBackend = pathToFileURL(backend).href;
    this.env = {
      PATH: process.env.PATH,
      HOME: join(this.root, "home"),
      PULUMI_HOME: join(this.root, "pulumi-home"),
      PULUMI_CONFIG_PASSPHRASE: "of the test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    mkdirSync(this.folder);
    mkdirSync(backend);
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), `name: ${this.name}\nruntime: nodejs\n`);
    writeFileSync(join(this.folder, "package.json"), '{ "main": "index.js" }');
    writeFileSync(join(this.folder, "index.js"), PROGRAM);
  }

  /** Runs pulumi in the project, without questions. */
  public run(args: readonly string[], options: Partial<RunOptions> = {}): Promise<Finished> {
    return run("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: this.env,
      ...options,
    });
  }

  /** Runs pulumi, and fails with its output if it fails. */
  public async pulumi(...args: string[]): Promise<string> {
    return well(await this.run(args));
  }

  /** Returns the output of `doks-env list`. */
  public async list(): Promise<unknown> {
    const command = [join(ROOT, "build/doks-env.js"), "list", "--json"];
    const listed = await run(process.execPath, command, { cwd: this.folder, env: this.env });
    return (JSON.parse(well(listed)) as { environments: unknown }).environments;
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function well({ exitCode, output, stdout }: Finished): string {
  if (exitCode !== 0) {
    throw new Error(`exit code ${String(exitCode)}:\n${output}`);
  }
  return stdout;
}
