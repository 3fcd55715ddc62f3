export { accountAccess } from "./account";
export { lookUp } from "./catalogue";
export type { DoksClusterArgs } from "./doks-cluster";
export { chooseEntry } from "./entry";
export { Environment } from "./environment";
export { declareId, type EnvironmentId } from "./environment-id";
export { orFault } from "./fault";
export { findEntrance } from "./find-entrance";
export { HostCluster } from "./host-cluster";
export { hostedCluster } from "./host-stack";
export { KustomizeRenderer } from "./kustomize-renderer";
export { nameGuard } from "./name-guard";
export { type RegistryAccessArgs, requireRegistry } from "./registry-access";
export {
  largestOf,
  requireBaseline,
  requireIntegration,
  requireOwnNamespace,
  requireSharedRoom,
} from "./shared-checks";
export { findSharedCluster } from "./shared-cluster";
export { SharedEnvironment } from "./shared-environment";
export type { SmokeTestArgs } from "./smoke-test";
