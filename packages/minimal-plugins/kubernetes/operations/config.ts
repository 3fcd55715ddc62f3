/** Checking and comparing provider configurations. */
import { isDeepStrictEqual } from "node:util";
import { type PropertyMap, stripSecrets, UNKNOWN } from "../../protocol/properties";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  DiffRequest,
  DiffResult,
  PropertyDiff,
} from "../../protocol/provider";
import { activeCluster, type ClusterEntry, loadKubeconfig } from "../api/kubeconfig";
import { kubeconfigText, text } from "./settings";

const STAND_IN = "this minimal stand-in for Pulumi's kubernetes provider";

export function checkConfig({ news }: CheckRequest): CheckResult {
  const given = stripSecrets(news);
  const failures: CheckFailure[] = [];
  if (text(given.renderYamlToDirectory) !== undefined) {
    failures.push({
      property: "renderYamlToDirectory",
      reason: `${STAND_IN} does not render to files; the official plugin does`,
    });
  }
  const serverSideApply =
    given.enableServerSideApply ?? process.env.PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY;
  if (serverSideApply === false || serverSideApply === "false") {
    failures.push({
      property: "enableServerSideApply",
      reason: `${STAND_IN} only knows server-side apply; leave the setting out, or use the official plugin`,
    });
  }
  return { inputs: news, failures };
}

/** The inputs that identify the cluster of a configuration. */
const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"];
const IDENTIFIER = "clusterIdentifier";

/**
 * A provider whose cluster is another one is replaced, and with it all its objects. Which cluster it is, a
 * `clusterIdentifier` says; without one, the cluster entry that the kubeconfig chooses.
 */
export function diffConfig({ oldInputs, olds, news: newInputs }: DiffRequest): DiffResult {
  const before = stripSecrets(Object.keys(oldInputs).length > 0 ? oldInputs : olds);
  const news = stripSecrets(newInputs);
  const changed = changedKeys(before, news);
  const replacing = replacingKeys(before, news, changed);
  return {
    detailedDiff: Object.fromEntries(
      changed.map((key): [string, PropertyDiff] => [
        key,
        { kind: kindOf(before, news, key), replace: replacing.includes(key), inputDiff: true },
      ]),
    ),
  };
}

function replacingKeys(
  before: PropertyMap,
  news: PropertyMap,
  changed: readonly string[],
): readonly string[] {
  const [oldIdentifier, identifier] = [before[IDENTIFIER], news[IDENTIFIER]];
  if (identifier !== undefined && oldIdentifier !== undefined) {
    return identifier === oldIdentifier ? [] : [IDENTIFIER];
  }
  // An unknown value may belong to another cluster.
  const unknown = CLUSTER_SETTINGS.filter((key) => news[key] === UNKNOWN);
  if (unknown.length > 0) {
    return unknown;
  }
  const [oldCluster, cluster] = [clusterOf(before), clusterOf(news)];
  return oldCluster === undefined || cluster === undefined || isDeepStrictEqual(oldCluster, cluster)
    ? []
    : changed.filter((key) => CLUSTER_SETTINGS.includes(key));
}

function clusterOf(settings: PropertyMap): ClusterEntry | undefined {
  const kubeconfig = kubeconfigText(settings.kubeconfig);
  const [context, cluster] = [text(settings.context), text(settings.cluster)];
  return kubeconfig === undefined
    ? undefined
    : activeCluster(loadKubeconfig(kubeconfig), {
        ...(context !== undefined && { context }),
        ...(cluster !== undefined && { cluster }),
      });
}

function changedKeys(before: PropertyMap, news: PropertyMap): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(news)])].filter(
    (key) => news[key] === UNKNOWN || !isDeepStrictEqual(before[key], news[key]),
  );
}

function kindOf(before: PropertyMap, news: PropertyMap, key: string): PropertyDiff["kind"] {
  if (before[key] === undefined) {
    return "add";
  }
  return news[key] === undefined ? "delete" : "update";
}
