import { type Cluster, type ClusterSwitch, clusterSwitches } from "./entities";
import type { ClusterSettings } from "./requests";

/** The fields of a cluster that can be set when it is created and changed later. */
type Settings = Pick<
  Cluster,
  | "tags"
  | "maintenancePolicy"
  | "autoUpgrade"
  | "surgeUpgrade"
  | "switches"
  | "controlPlaneFirewall"
  | "clusterAutoscalerConfiguration"
  | "sso"
>;

/** Defaults of a new cluster, where the request gives no value. */
export const defaultSettings: Settings = {
  tags: [],
  maintenancePolicy: { day: "any", startTime: "00:00" },
  autoUpgrade: false,
  surgeUpgrade: false,
  switches: Object.fromEntries(clusterSwitches.map((name) => [name, false])) as Record<
    ClusterSwitch,
    boolean
  >,
  controlPlaneFirewall: { enabled: false, allowedAddresses: [] },
  clusterAutoscalerConfiguration: null,
  sso: null,
};

/** Returns the settings after a request. Fields missing in the request keep their values. */
export function applySettings(current: Settings, request: ClusterSettings): Settings {
  const { controlPlaneFirewall: firewall, clusterAutoscalerConfiguration: autoscaler } = request;
  return {
    tags: request.tags?.filter((tag) => tag !== "k8s" && !tag.startsWith("k8s:")) ?? current.tags,
    maintenancePolicy: request.maintenancePolicy ?? current.maintenancePolicy,
    autoUpgrade: request.autoUpgrade ?? current.autoUpgrade,
    surgeUpgrade: request.surgeUpgrade ?? current.surgeUpgrade,
    switches: applySwitches(current.switches, request),
    controlPlaneFirewall: {
      enabled: firewall?.enabled ?? current.controlPlaneFirewall.enabled,
      allowedAddresses: firewall?.allowedAddresses ?? current.controlPlaneFirewall.allowedAddresses,
    },
    clusterAutoscalerConfiguration: nullIfEmpty({
      ...current.clusterAutoscalerConfiguration,
      ...withoutNulls(autoscaler ?? {}),
    }),
    sso: request.sso ?? current.sso,
  };
}

function applySwitches(
  current: Readonly<Record<ClusterSwitch, boolean>>,
  request: ClusterSettings,
): Record<ClusterSwitch, boolean> {
  return Object.fromEntries(
    clusterSwitches.map((name) => [name, request[name]?.enabled ?? current[name]]),
  ) as Record<ClusterSwitch, boolean>;
}

/** DigitalOcean's own client sends a configuration of nulls with every update. It has no effect. */
function nullIfEmpty<T extends object>(value: T): T | null {
  return Object.keys(value).length === 0 ? null : value;
}

function withoutNulls<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null && field !== undefined),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}
