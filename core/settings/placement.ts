import type { z } from "zod";
import { certificateName } from "../names";
import type { Layer } from "./layers";

/**
 * Where a stack's environment runs: `cluster` is its own DOKS cluster, `namespace` a namespace of a shared cluster.
 * `host` is that shared cluster itself, without workloads. `domain` is a domain for environments, without a cluster.
 */
export const PLACEMENTS = ["cluster", "namespace", "host", "domain"] as const;
export type Placement = (typeof PLACEMENTS)[number];

/**
 * Smaller defaults for a cluster that environments share: a default host has 4 CPUs and 6 GiB in total. A container
 * without a memory limit gets one, because the quota bounds the sum of all limits.
 */
const AMONG_OTHERS: Layer = {
  quota: { cpu: "1", memory: "2Gi", pods: 50, volumes: 10, storage: "50Gi" },
  limits: { default: { memory: "512Mi" } },
};

/** The defaults that depend on the placement. They take precedence over the schema's. */
export function placementDefaults({ placement }: Layer): Layer {
  return placement === "namespace" ? AMONG_OTHERS : {};
}

/** The clients that may reach an environment: all of them, or those in the listed networks. */
export type Access = "public" | readonly string[];

/** The networks that may reach the environment; an empty list admits no client. @returns undefined for public access */
export function networksOf({
  access,
}: {
  readonly access?: Access;
}): readonly string[] | undefined {
  return typeof access === "object" ? access : undefined;
}

/** Whether no client outside may reach the environment. It then has no load balancer, name or certificate. */
export function isClosed(settings: { readonly access?: Access }): boolean {
  return networksOf(settings)?.length === 0;
}

/** The settings whose validity depends on the placement, unchecked: any of them may be wrong. */
interface Placed {
  readonly placement: Placement;
  readonly hostStack?: string;
  readonly hostCluster?: string;
  readonly domain?: string;
  readonly https?: "managed" | "none";
  readonly access?: Access;
  readonly certificate?: string;
  readonly hosts?: object;
  readonly zone: string;
  readonly services?: readonly string[];
  readonly baseline?: string;
  readonly networkIsolation: boolean;
  readonly podSecurity: string;
  readonly data?: { readonly keep?: string; readonly claims?: Readonly<Record<string, string>> };
}

/** Reports every setting that contradicts the placement, or another setting that depends on the placement. */
export function fitsPlacement(settings: Placed, context: z.RefinementCtx): void {
  const { placement, hostStack, hostCluster, services, baseline } = settings;
  const refuse = (name: keyof Placed, allowed: string) =>
    context.addIssue({ code: "custom", path: [name], message: allowed });

  if (placement === "namespace") {
    if (hostStack === undefined && hostCluster === undefined) {
      refuse("hostStack", "set when placement is namespace, unless hostCluster names the cluster");
    }
    if (hostStack !== undefined && hostCluster !== undefined) {
      refuse("hostCluster", "left out when hostStack is set: only one of them names the cluster");
    }
    if (settings.podSecurity === "privileged") {
      refuse(
        "podSecurity",
        "baseline or restricted on a shared cluster: other environments run on the same nodes",
      );
    }
    if (!settings.networkIsolation) {
      refuse(
        "networkIsolation",
        "true on a shared cluster: other environments' pods are on the same network",
      );
    }
    const { keep, claims = {} } = settings.data ?? {};
    if ([keep, ...Object.values(claims)].includes("volume")) {
      refuse("data", "without volume on a shared cluster, which deletes volumes: use snapshot");
    }
    if (services !== undefined && baseline === undefined) {
      refuse(
        "baseline",
        "set when services is set: it provides the services that are not deployed",
      );
    }
    if (baseline !== undefined && services === undefined) {
      refuse("services", "set when baseline is set: it lists the services to deploy here");
    }
  } else {
    for (const name of ["hostStack", "hostCluster", "services", "baseline"] as const) {
      if (settings[name] !== undefined) {
        refuse(name, "left out unless placement is namespace");
      }
    }
  }
  if (placement === "domain" && settings.domain === undefined) {
    refuse("domain", "set when placement is domain: environments get names below it");
  }
  if (Object.keys(settings.hosts ?? {}).length > 0) {
    if (settings.domain === undefined) {
      refuse("hosts", "left out without a domain: they are names below it");
    } else if (placement === "host" || placement === "domain") {
      refuse("hosts", "left out here: the stack deploys no Services");
    }
  }
  if (placement !== "domain" && settings.zone === "existing") {
    refuse("zone", "left out unless placement is domain");
  }
  if (settings.https === "managed") {
    if (settings.domain === undefined) {
      refuse("https", "left out or none without a domain: a certificate needs names");
    }
    if (placement === "namespace") {
      refuse(
        "https",
        "left out here: the shared cluster's stack decides whether the entrance ends TLS",
      );
    }
  }
  if (settings.certificate !== undefined && certificateOf(settings) === undefined) {
    refuse("certificate", "left out where DigitalOcean does not end TLS (settings domain, https)");
  }
  refuseAccess(settings, (allowed) => refuse("access", allowed));
}

/** Environments that share a load balancer also share its list of allowed clients. */
function refuseAccess(settings: Placed, refuse: (allowed: string) => void): void {
  const { placement, domain } = settings;
  const networks = networksOf(settings);
  if (networks === undefined) {
    return;
  }
  if (placement === "domain" || (placement === "host" && domain === undefined)) {
    refuse("left out: there is no load balancer here");
  }
  if (placement === "host" && networks.length === 0) {
    refuse("public or at least one network: it applies to the entrance of all environments");
  }
  if (placement === "namespace" && domain !== undefined && networks.length > 0) {
    refuse(
      "public or [] here: all environments share the entrance, and the shared cluster's stack sets its access",
    );
  }
}

/**
 * The name of the certificate with which DigitalOcean ends TLS: the one in the settings, or else the domain's.
 *
 * @returns undefined when DigitalOcean does not end TLS, see {@link hasManagedHttps}
 */
export function certificateOf(
  settings: Parameters<typeof hasManagedHttps>[0] & { readonly certificate?: string },
): string | undefined {
  const { domain, certificate } = settings;
  return domain !== undefined && hasManagedHttps(settings)
    ? (certificate ?? certificateName(domain))
    : undefined;
}

/**
 * Whether DigitalOcean ends TLS with the domain's certificate. It does so by default for an environment with its own
 * cluster, and for the entrance of a shared cluster only with `https: managed`.
 */
export function hasManagedHttps({
  placement,
  domain,
  https,
  access,
}: {
  readonly placement: Placement;
  readonly domain?: string;
  readonly https?: "managed" | "none";
  readonly access?: Access;
}): boolean {
  if (isClosed({ access })) {
    return false;
  }
  const isWanted = placement === "cluster" ? https !== "none" : https === "managed";
  return isWanted && (placement === "cluster" || placement === "host") && domain !== undefined;
}
