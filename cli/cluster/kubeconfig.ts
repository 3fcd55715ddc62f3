import { stringify } from "yaml";
import { PUBLIC_API } from "../../core/account-access";

/** The ServiceAccount that every environment has in its namespace, bound to its Role `developer`. */
const DEVELOPER = "developer";

/** The used fields of a kubeconfig. @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly "current-context": string;
  readonly clusters: readonly { readonly name: string; readonly cluster: object }[];
  readonly contexts: readonly { readonly name: string; readonly context: object }[];
  readonly users: readonly { readonly name: string; readonly user: object }[];
}

export interface KubeconfigInput {
  readonly stack: string;
  readonly cluster: {
    readonly id: string;
    readonly name: string;
    readonly server: string;
    /** PEM in base64. */
    readonly certificateAuthorityData: string;
  };
  /** Default namespace. */
  readonly namespace: string;
  /** Absolute path of `bin/exec-credential.js`. */
  readonly script: string;
  /** Origin of the DigitalOcean API that knows the cluster. */
  readonly origin: string;
  /** Limits it to the Role `developer` of the namespace. @default - the cluster's administrator */
  readonly as?: typeof DEVELOPER;
}

/**
 * Returns a kubeconfig for one environment, for any folder and any shell with DIGITALOCEAN_TOKEN. It contains no credential,
 * because client-go runs a script that requests one.
 */
export function kubeconfigFor(input: KubeconfigInput): Kubeconfig {
  const { cluster, namespace } = input;
  const name = contextName(input.stack, input.as);
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name: cluster.name,
        cluster: {
          server: cluster.server,
          "certificate-authority-data": cluster.certificateAuthorityData,
        },
      },
    ],
    contexts: [{ name, context: { cluster: cluster.name, user: name, namespace } }],
    users: [{ name, user: { exec: execPlugin(input) } }],
  };
}

/** Returns the name of an environment's context: `alice-dev`, or `alice-dev-developer`. */
export function contextName(stack: string, as?: typeof DEVELOPER): string {
  return as === undefined ? stack : `${stack}-${as}`;
}

export function kubeconfigText(kubeconfig: Kubeconfig): string {
  // kubectl reads YAML 1.1, in which more words than in 1.2 need quotes to be strings.
  return stringify(kubeconfig, { lineWidth: 0, compat: "yaml-1.1" });
}

/** @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
function execPlugin({ cluster, namespace, script, origin, as }: KubeconfigInput): object {
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "node",
    args: [
      script,
      cluster.id,
      ...(as === undefined ? [] : ["--namespace", namespace, "--service-account", as]),
    ],
    ...(origin === PUBLIC_API ? {} : { env: [{ name: "DIGITALOCEAN_API_URL", value: origin }] }),
    interactiveMode: "Never",
    provideClusterInfo: false,
    installHint: "Node.js is needed to ask the DigitalOcean API for a credential",
  };
}
