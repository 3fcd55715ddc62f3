import type { z } from "zod";
import { certificateName } from "../names";
import type { Layer } from "./layers";

/**
 * Where a stack's environment lives: in a DOKS cluster of its own, or in a namespace of a shared one. `host` is that
 * shared cluster itself, without any workloads; `domain` is the domain that environments answer below, without a cluster.
 */
export const PLACEMENTS = ["cluster", "namespace", "host", "domain"] as const;
export type Placement = (typeof PLACEMENTS)[number];

/**
 * Defaults that others' presence on the cluster makes smaller: a default host has 4 CPUs and 6 GiB for all. A container
 * that names no memory limit gets one, since the sum of all limits is bounded.
 */
const AMONG_OTHERS: Layer = {
  quota: { cpu: "1", memory: "2Gi", pods: 50, volumes: 10, storage: "50Gi" },
  limits: { default: { memory: "512Mi" } },
};

/** Defaults that are not the schema's, below everything that is set. */
export function placementDefaults({ placement }: Layer): Layer {
  return placement === "namespace" ? AMONG_OTHERS : {};
}

/** The clients that reach an environment from outside: everybody, or those in networks. */
export type Access = "public" | readonly string[];

/** The networks that are let in; none is for nobody. @returns undefined when everybody is */
export function networksOf({
  access,
}: {
  readonly access?: Access;
}): readonly string[] | undefined {
  return typeof access === "object" ? access : undefined;
}

/** Whether nobody outside reaches the environment: it has no load balancer, no name and no certificate. */
export function isClosed(settings: { readonly access?: Access }): boolean {
  return networksOf(settings)?.length === 0;
}

/** Those of the settings that only go with some placements, as they were read: any of them may be at fault. */
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

/** Tells every setting that does not go with the placement, or with another setting that depends on it. */
export function fitsPlacement(settings: Placed, context: z.RefinementCtx): void {
  const { placement, hostStack, hostCluster, services, baseline } = settings;
  const refuse = (name: keyof Placed, allowed: string) =>
    context.addIssue({ code: "custom", path: [name], message: allowed });

  if (placement === "namespace") {
    if (hostStack === undefined && hostCluster === undefined) {
      refuse(
        "hostStack",
        "set, or hostCluster, when placement is namespace: one names the cluster",
      );
    }
    if (hostStack !== undefined && hostCluster !== undefined) {
      refuse("hostCluster", "left out when hostStack is set: one of them names the cluster");
    }
    if (settings.podSecurity === "privileged") {
      refuse(
        "podSecurity",
        "baseline or restricted on a shared cluster: others run on the same nodes",
      );
    }
    if (!settings.networkIsolation) {
      refuse("networkIsolation", "true on a shared cluster: others' pods are on the same network");
    }
    const { keep, claims = {} } = settings.data ?? {};
    if ([keep, ...Object.values(claims)].includes("volume")) {
      refuse("data", "without volume on a shared cluster, which deletes volumes: use snapshot");
    }
    if (services !== undefined && baseline === undefined) {
      refuse(
        "baseline",
        "set when services is: it stands in for the services that are not deployed",
      );
    }
    if (baseline !== undefined && services === undefined) {
      refuse("services", "set when baseline is: which services are deployed here");
    }
  } else {
    for (const name of ["hostStack", "hostCluster", "services", "baseline"] as const) {
      if (settings[name] !== undefined) {
        refuse(name, "left out unless placement is namespace");
      }
    }
  }
  if (placement === "domain" && settings.domain === undefined) {
    refuse("domain", "set when placement is domain: which domain environments answer below");
  }
  if (Object.keys(settings.hosts ?? {}).length > 0) {
    if (settings.domain === undefined) {
      refuse("hosts", "left out without a domain: they are names below it");
    } else if (placement === "host" || placement === "domain") {
      refuse("hosts", "left out here: the stack runs no Services of a tree");
    }
  }
  if (placement !== "domain" && settings.zone === "existing") {
    refuse("zone", "left out unless placement is domain");
  }
  if (settings.https === "managed") {
    if (settings.domain === undefined) {
      refuse("https", "left out or none without a domain: a certificate is for names");
    }
    if (placement === "namespace") {
      refuse(
        "https",
        "left out here: whether the entrance ends TLS is the shared cluster's to say",
      );
    }
  }
  if (settings.certificate !== undefined && certificateOf(settings) === undefined) {
    refuse("certificate", "left out where DigitalOcean does not end TLS (settings domain, https)");
  }
  refuseAccess(settings, (allowed) => refuse("access", allowed));
}

/** A load balancer that several environments share lets in the same clients for all of them. */
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
    refuse("public or at least one network: it is for the entrance of all environments");
  }
  if (placement === "namespace" && domain !== undefined && networks.length > 0) {
    refuse(
      "public or [] here: the entrance is one load balancer for all, and the shared cluster's stack says whom it lets in",
    );
  }
}

/**
 * Name of the certificate with which DigitalOcean ends TLS: the one that the settings name, or else the domain's.
 *
 * @returns undefined when it ends none, see {@link hasManagedHttps}
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
 * Whether DigitalOcean ends TLS with the domain's certificate: for an environment in a cluster of its own, or for the entrance
 * of a shared cluster, which has to be told to.
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
