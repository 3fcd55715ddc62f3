/** The provider resource's configuration. */
import {
  type PropertyMap,
  type PropertyValue,
  stripSecrets,
  UNKNOWN,
} from "../../protocol/properties";

/** @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/ */
export interface Settings {
  /** Contents of a kubeconfig, or its path. @default - kubectl's kubeconfig */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  /** Default namespace. */
  readonly namespace?: string;
  /** Objects of a cluster that cannot be reached count as deleted. */
  readonly deleteUnreachable: boolean;
  /** Objects of a cluster that cannot be reached count as unchanged. */
  readonly skipUpdateUnreachable: boolean;
  /** Updates take over fields that others manage. */
  readonly enablePatchForce: boolean;
  /** Creating an object that exists updates it. */
  readonly upsertExistingObjects: boolean;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly suppressHelmHookWarnings: boolean;
  /** Timeout of the API server, in seconds. */
  readonly answerTimeoutSeconds?: number;
}

/** A missing setting falls back to its environment variable. */
export function readSettings(args: PropertyMap, environment: NodeJS.ProcessEnv): Settings {
  const given = stripSecrets(args);
  const flag = (name: string, variable: string): boolean =>
    (isGiven(given[name]) ? String(given[name]) : environment[variable]) === "true";
  const timeout = Number(
    clientTimeout(given.kubeClientSettings) ?? environment.PULUMI_K8S_CLIENT_TIMEOUT,
  );
  return {
    ...optional("kubeconfig", kubeconfigText(given.kubeconfig)),
    ...optional("context", text(given.context)),
    ...optional("cluster", text(given.cluster)),
    ...optional("namespace", text(given.namespace)),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    suppressHelmHookWarnings: flag(
      "suppressHelmHookWarnings",
      "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS",
    ),
    ...(timeout > 0 && { answerTimeoutSeconds: timeout }),
  };
}

/** The text of a kubeconfig given as text or as an object; undefined when it is missing or unknown. */
export function kubeconfigText(value: PropertyValue | undefined): string | undefined {
  if (typeof value === "object" && value !== null) {
    return JSON.stringify(value);
  }
  return text(value);
}

/** A text that is not empty. */
export function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isGiven(value: PropertyValue | undefined): value is string | boolean {
  return value !== undefined && value !== null && value !== UNKNOWN && value !== "null";
}

/** Settings that are objects are sent as JSON. */
function clientTimeout(value: PropertyValue | undefined): unknown {
  const settings: unknown = typeof value === "string" && value !== "" ? JSON.parse(value) : value;
  return (settings as { timeout?: unknown } | null | undefined)?.timeout;
}

function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [name in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [name in Name]?: string });
}
