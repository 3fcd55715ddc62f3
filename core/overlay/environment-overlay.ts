import type { Naming } from "../digitalocean-tags";
import { labelsOf } from "../labels";
import type { EntryWish } from "../manifests/entry";
import type { ImageOverride, Pins } from "../manifests/image-overrides";
import { physicalName } from "../names";
import type { DefaultLimits } from "../rules/container-limits";
import { integrationSecrets } from "../rules/own-objects";
import type { PodSecurity } from "../rules/pod-security";
import { type Access, certificateOf, networksOf, type Placement } from "../settings/placement";
import type { OverlayArgs, SharedOverlay } from "./generate";
import type { HostWishes } from "./hosts";
import type { BuildOptions } from "./kustomize";

export interface OverlaySettings {
  /** @default - the folder of the environment's profile in kustomize/ */
  readonly overlay?: string;
  readonly images: Readonly<Record<string, ImageOverride>>;
  readonly imageTag?: string;
  readonly pins: Pins;
  readonly placement: Placement;
  readonly domain?: string;
  readonly https?: "managed" | "none";
  readonly hosts?: HostWishes;
  readonly access?: Access;
  readonly certificate?: string;
  readonly clusterScoped: "refuse" | "convert";
  readonly services?: readonly string[];
  readonly baseline?: string;
  readonly smokeTest: EntryWish;
  readonly podSecurity: PodSecurity;
  readonly limits: { readonly default: DefaultLimits };
  readonly allowedKinds: readonly string[];
  readonly registry: { readonly access: string; readonly name?: string };
  readonly kustomize: BuildOptions;
}

/**
 * The arguments for rendering an environment's overlay, for the program and for the command line.
 *
 * @param projectFolder - the folder of Pulumi.yaml
 */
export function overlayArgs(
  projectFolder: string,
  name: Omit<Naming, "project">,
  settings: OverlaySettings,
): OverlayArgs {
  const { overlay, images, imageTag, pins } = settings;
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
    build: settings.kustomize,
    bounds: boundsOf(settings),
    ...(settings.placement === "namespace" ? { shared: sharedOverlay(settings) } : {}),
    ...httpsOf(settings),
    hosts: settings.hosts,
    ...accessOf(settings),
  };
}

function httpsOf(settings: OverlaySettings): Pick<OverlayArgs, "https"> {
  const certificate = certificateOf(settings);
  return certificate === undefined ? {} : { https: { entry: settings.smokeTest, certificate } };
}

function accessOf(settings: OverlaySettings): Pick<OverlayArgs, "access"> {
  const networks = networksOf(settings);
  return networks === undefined ? {} : { access: { entry: settings.smokeTest, networks } };
}

function boundsOf(settings: OverlaySettings): OverlayArgs["bounds"] {
  const { placement, podSecurity, limits, clusterScoped, allowedKinds, registry } = settings;
  return {
    trust: placement === "namespace" ? "shared" : "own",
    podSecurity,
    defaultLimits: limits.default,
    clusterScoped,
    kinds: allowedKinds,
    ownObjects:
      registry.access === "none" || registry.name === undefined
        ? []
        : integrationSecrets(registry.name),
  };
}

function sharedOverlay(settings: OverlaySettings): SharedOverlay {
  const { domain, clusterScoped, services, baseline, smokeTest } = settings;
  return {
    convertClusterRoles: clusterScoped === "convert",
    throughEntrance: domain !== undefined,
    entry: smokeTest,
    ...(services === undefined || baseline === undefined
      ? {}
      : { part: { services, baseline: physicalName(baseline) } }),
  };
}
