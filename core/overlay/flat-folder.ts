import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors";
import type { KubernetesObject } from "../manifests/manifest";
import { readYaml } from "../manifests/read-yaml";
import { writeYaml } from "../manifests/write-yaml";
import { writeAtomically } from "./generated-file";
import { type Rendering, renderingOf } from "./rendering";

const MANIFESTS = "manifests.yaml";

/** A kustomization that changes nothing. The order is there because kustomize refuses an empty kustomization. */
const KUSTOMIZATION = {
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
  resources: [MANIFESTS],
  sortOptions: { order: "fifo" },
};

export interface Handover extends Pick<Rendering, "entry" | "hosts"> {
  /** Of the manifests, in hexadecimal. */
  readonly sha256: string;
}

/** The variable in which the command line passes a checked rendering to the program, as JSON. */
export const HANDOVER_VARIABLE = "DOKS_ENV_RENDERING";

/** The manifests of a rendering, as YAML that all parsers read the same. */
export function manifestsOf({ objects }: Pick<Rendering, "objects">): string {
  return writeYaml(objects);
}

/**
 * Writes a rendering as a folder that kustomize can build, readable by its owner only: a tree may have Secrets.
 *
 * @param folder - absolute
 */
export function writeFlat(folder: string, rendering: Rendering): Handover {
  const manifests = manifestsOf(rendering);
  const { objects, entry, hosts } = rendering;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const resources = objects.length === 0 ? [] : KUSTOMIZATION.resources;
  writeAtomically(join(folder, MANIFESTS), manifests);
  writeAtomically(
    join(folder, "kustomization.yaml"),
    `${JSON.stringify({ ...KUSTOMIZATION, resources })}\n`,
  );
  // JSON leaves out undefined values.
  return { sha256: sha256Of(manifests), entry, hosts };
}

/**
 * Reads a rendering that the command line has passed.
 *
 * @throws {UserError} when it is missing or has changed
 */
export function readFlat(folder: string, { sha256, entry, hosts }: Handover): Rendering {
  const file = join(folder, MANIFESTS);
  const manifests = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (sha256Of(manifests) !== sha256) {
    throw new UserError(
      `${file} has changed since it was checked`,
      "run the command again, without another command for this environment at the same time",
    );
  }
  return renderingOf(readYaml(manifests) as KubernetesObject[], entry, hosts);
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
