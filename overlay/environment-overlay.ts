import type { ImageOverride, Pins } from "../lib/image-overrides";
import { physicalName } from "../lib/names";
import { type Identity, labelsOf } from "../lib/tags";
import type { OverlayArgs } from "./generate";

/** Those of an environment's settings that decide its overlay. */
export interface OverlaySettings {
  /** @default - the folder of the environment's profile in kustomize/ */
  readonly overlay?: string;
  readonly images: Readonly<Record<string, ImageOverride>>;
  readonly imageTag?: string;
  readonly pins: Pins;
}

/**
 * What an environment's overlay is generated from: said once, so that the program and the command line, which may
 * run at the same time, write the same file.
 *
 * @param projectFolder - of Pulumi.yaml
 */
export function overlayArgs(
  projectFolder: string,
  name: Omit<Identity, "project">,
  { overlay, images, imageTag, pins }: OverlaySettings,
): OverlayArgs {
  return {
    projectFolder,
    stack: name.stack,
    overlay: overlay ?? `kustomize/${name.profile}`,
    target: `.rendered/${name.stack}`,
    namespace: physicalName(name.stack),
    labels: labelsOf(name),
    images,
    imageTag,
    pins,
  };
}
