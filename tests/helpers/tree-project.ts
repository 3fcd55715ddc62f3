import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { buildTree } from "../../core/overlay/generate";
import { type BuildOptions, NOTHING_ALLOWED } from "../../core/overlay/kustomize";

/** A project with a tree in a temporary folder; its overlay is `dev`. */
export class TreeProject {
  public readonly folder = mkdtempSync(join(tmpdir(), "project-"));

  /** @param files - by path, from the project's folder on */
  public write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
  }

  /** @param env - its PATH is where kubectl and helm are looked for */
  public build(
    options: Partial<BuildOptions>,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<KubernetesObject[]> {
    return buildTree(
      {
        projectFolder: this.folder,
        stack: "alice-dev",
        overlay: "dev",
        target: ".rendered/alice-dev",
        namespace: "alice-dev",
        labels: {},
        images: {},
        pins: {},
        build: { ...NOTHING_ALLOWED, ...options },
        bounds: { trust: "own", podSecurity: "baseline" },
      },
      env,
    );
  }

  /** The error of a failed build. */
  public failure(...args: Parameters<TreeProject["build"]>): Promise<string> {
    return this.build(...args).then(() => "it was built", describeError);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
