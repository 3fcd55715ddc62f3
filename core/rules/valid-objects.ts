import type { KubernetesObject } from "../manifests/manifest";
import { isCustom } from "./kinds";
import type { ClusterFault } from "./served-kinds";
import { ingressFaults, serviceFaults } from "./valid-services";
import { workloadFaults } from "./valid-workloads";

/** Faults that every API server, or its nodes, would refuse, each with its fix. */
export function invalidObjects(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.flatMap((object) =>
    [
      ...nameFaults(object),
      ...serviceFaults(object),
      ...ingressFaults(object),
      ...workloadFaults(object),
    ].map(({ message, fix }) => ({
      message: `${object.kind}/${object.metadata.name}: ${message}`,
      fix: `${fix} in the overlay`,
    })),
  );
}

/** A DNS label or several of them, with dots. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** Kinds whose names may contain any character that a URL path may. */
const FREELY_NAMED = "rbac.authorization.k8s.io/";

/**
 * Maximum lengths of names that become part of a label or of another name.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/64023 (StatefulSet: a hash of 10 characters follows)
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#cron-job-limitations
 */
const LONGEST: Readonly<Record<string, number>> = {
  CronJob: 52,
  Job: 63,
  Namespace: 63,
  Service: 63,
  StatefulSet: 52,
};
const LONGEST_OF_ALL = 253;

function nameFaults({ apiVersion, kind, metadata }: KubernetesObject): ClusterFault[] {
  const { name = "" } = metadata as { readonly name?: string };
  if (apiVersion.startsWith(FREELY_NAMED)) {
    return [];
  }
  if (name === "") {
    return [{ message: "it has no name", fix: "name it, instead of using generateName," }];
  }
  const longest = isCustom(apiVersion) ? LONGEST_OF_ALL : (LONGEST[kind] ?? LONGEST_OF_ALL);
  if (name.length > longest) {
    return [
      {
        message: `its name has ${name.length} characters, but ${kind} objects may have at most ${longest}`,
        fix: "shorten its name",
      },
    ];
  }
  const isLabelled = ["Service", "Namespace"].includes(kind) && !isCustom(apiVersion);
  return (isLabelled ? LABEL : SUBDOMAIN).test(name)
    ? []
    : [
        {
          message: "its name is not valid in Kubernetes",
          fix: `name it with lower-case letters, digits${isLabelled ? "" : ", dots"} and dashes`,
        },
      ];
}
