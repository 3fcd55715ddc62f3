import { handedOver } from "../../core/data/restore";
import { environmentTags, idTag, poolTagsOf } from "../../core/digitalocean-tags";
import { secondsOf } from "../../core/duration";
import type { Settings, StackName } from "../../core/settings";
import { networksOf } from "../../core/settings/placement";
import {
  accountAccess,
  type ContentsArgs,
  type DoksClusterArgs,
  dataGuard,
  declareId,
  type EnvironmentId,
  nameGuard,
  type RegistryAccessArgs,
} from "..";

export interface Declared {
  readonly projectFolder: string;
  readonly project: string;
  readonly name: StackName;
  readonly settings: Settings;
}

export type Outputs = Readonly<Record<string, unknown>>;

export function registryOf({ registry, ttl }: Settings): RegistryAccessArgs {
  const { access } = registry;
  if (access === "none") {
    return { access };
  }
  return access === "integration"
    ? { access, registryName: registry.name }
    : { access, registryName: registry.name, lifetimeSeconds: secondsOf(ttl) };
}

export function smokeTestOf(settings: Settings): ContentsArgs["smokeTest"] {
  const { enabled, path, expectedStatus, timeout } = settings.smokeTest;
  return enabled
    ? {
        path,
        expectedStatus,
        timeoutSeconds: secondsOf(timeout),
        networks: networksOf(settings),
      }
    : undefined;
}

export function idOf({ name, settings }: Declared): Promise<EnvironmentId> {
  return declareId(name.stack, settings.region, accountAccess());
}

export function namedCluster(
  { project, name }: Declared,
  { id, clusterName }: EnvironmentId,
): Required<Pick<DoksClusterArgs, "clusterName" | "tags" | "poolTags" | "guards">> {
  const proof = id.apply(idTag);
  return {
    clusterName,
    tags: [...environmentTags({ project, ...name }), proof],
    poolTags: [...poolTagsOf(project), proof],
    guards: [nameGuard(name.stack, accountAccess())],
  };
}

/** A hook that keeps the engine from creating a cluster or namespace while that would lose data. */
export function dataGuardOf({ project, name: { stack }, settings }: Declared) {
  return dataGuard(
    {
      project,
      stack,
      isRestored: handedOver(process.env) !== undefined,
      keepsNothing: settings.data.keep === "none",
    },
    accountAccess(),
  );
}
