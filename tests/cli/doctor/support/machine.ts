import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { run } from "../../../../cli/doctor/doctor.action";
import type { CheckResult, DoctorData } from "../../../../cli/doctor/doctor.data";
import type { Context } from "../../../../cli/terminal/context";
import { terminalOf } from "../../../../cli/terminal/terminal";

const PACKAGES = { "@pulumi/pulumi": "3.248.0", "@pulumi/digitalocean": "4.80.1", zod: "4.6.7" };

export interface Report {
  readonly findings: readonly CheckResult[];
  readonly text: string;
  readonly exitCode: number;
  /** What `subject` is said to be: all states and texts of it. */
  readonly about: (subject: string) => Omit<CheckResult, "subject">[];
}

/** A developer's machine on which everything is there but a DigitalOcean account: a project, tools and a backend. */
export class Machine {
  public readonly folder = mkdtempSync(join(tmpdir(), "doctor-"));
  public readonly project = join(this.folder, "project");
  public env: NodeJS.ProcessEnv = {
    PATH: join(this.folder, "bin"),
    HOME: this.folder,
    USER: "alice",
    PULUMI_BACKEND_URL: pathToFileURL(join(this.folder, "backend")).href,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of the test",
  };

  public constructor() {
    mkdirSync(join(this.folder, "backend"));
    this.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    this.write("Pulumi.dev.yaml", "config: {}\n");
    this.write("kustomize/dev/kustomization.yaml", "resources: []\n");
    this.write("package.json", JSON.stringify({ dependencies: PACKAGES }));
    for (const [name, version] of Object.entries(PACKAGES)) {
      this.write(`node_modules/${name}/package.json`, JSON.stringify({ version }));
    }
    this.install("doks-env", "");
    this.install("kubectl", "echo Client Version: v1.35.4; echo Kustomize Version: v5.7.1");
    this.install("git", "echo git version 2.39.5");
    this.installPulumi();
    this.install("pulumi-language-nodejs", "");
  }

  /** Writes a file of the project. */
  public write(file: string, content: string): void {
    const path = join(this.project, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  public remove(file: string): void {
    rmSync(join(this.project, file), { recursive: true });
  }

  /** Puts a command on PATH. */
  public install(command: string, script: string, folder = "bin"): string {
    const file = join(this.folder, folder, command);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  public uninstall(command: string): void {
    rmSync(join(this.folder, "bin", command));
  }

  public installPulumi(
    version = "v3.259.0",
    plugins: readonly object[] = [
      { name: "digitalocean", kind: "resource", version: "4.80.1", size: 1 },
    ],
  ): string {
    return this.install(
      "pulumi",
      `case "$*" in version) echo ${version};; "plugin ls --json") echo '${JSON.stringify(plugins)}';; *) exit 1;; esac`,
    );
  }

  /** Runs `doks-env doctor` there. */
  public async doctor(): Promise<Report> {
    const streams = {
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
    };
    const context: Context = {
      project: { folder: this.project, name: "shop" },
      env: this.env,
      home: "/opt/ephemeral-doks",
      cwd: this.project,
      terminal: terminalOf(streams, {}, []),
      signal: new AbortController().signal,
      now: () => new Date(),
      json: false,
      verbose: false,
      say: () => {},
    };
    const { data, text, exitCode = 0 } = await run(context);
    const { findings } = data as DoctorData;
    return {
      findings,
      text: text(),
      exitCode,
      about: (subject) =>
        findings
          .filter((finding) => finding.subject === subject)
          .map(({ subject: _, ...rest }) => rest),
    };
  }

  public dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
