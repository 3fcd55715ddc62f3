/** The changes of an update, and whether it needs a new object. */
import type {
  DiffRequest,
  DiffResult,
  PropertyDiff,
  RequestContext,
} from "../../protocol/provider";
import type { KubernetesObject } from "../api/object";
import { awaiterFor } from "../await/awaiters";
import { isAutonamed, replacesUnready } from "../objects/annotations";
import { fromState, toManifest } from "../objects/checkpoint";
import { difference, leadsTo, parsePath } from "../objects/difference";
import { forceNewFields, IDENTITY } from "../objects/force-new";
import { isPatchType } from "../objects/kinds";
import {
  type Manifest,
  referenceOf,
  textAt,
  valueAt,
  withoutValue,
  withValue,
} from "../objects/manifest";
import { isNamed } from "../objects/naming";
import { normalize } from "../objects/normalize";
import { prune } from "../objects/prune";
import type { Session } from "./session";

export async function diff(
  session: Session,
  request: DiffRequest,
  { log }: RequestContext,
): Promise<DiffResult> {
  const { inputs, live } = fromState(request.olds);
  const news = normalize(toManifest(request.news));
  const known = prune(live, normalize(inputs));
  const [before, after] = await placed(session, withLiveName(known, live, news), news);

  const forceNew = isPatchType(request.type, textAt(news, "kind"))
    ? IDENTITY
    : forceNewFields(news, session.settings);
  const found = withoutIgnored(difference(before, after, forceNew), request.ignoreChanges);
  const changes = {
    ...found,
    ...(await unreadiness(session, live, news, (text) => log.warning(text))),
  };
  return {
    detailedDiff: changes,
    deleteBeforeReplace:
      Object.values(changes).some(({ replace }) => replace) && keepsIdentity(live, after),
  };
}

/** Whether a new object would have the name of the old one. */
function keepsIdentity(live: Manifest, news: Manifest): boolean {
  return (
    isNamed(news) &&
    !isAutonamed(news) &&
    textAt(news, "metadata", "name") === textAt(live, "metadata", "name") &&
    textAt(news, "metadata", "namespace") === textAt(live, "metadata", "namespace")
  );
}

/** The program may set the name that the API server has generated. */
function withLiveName(known: Manifest, live: Manifest, news: Manifest): Manifest {
  return textAt(news, "metadata", "name") === ""
    ? known
    : withValue(known, ["metadata", "name"], textAt(live, "metadata", "name"));
}

/** A missing namespace equals the default one; a cluster-wide object has none, regardless of its inputs. */
async function placed(
  session: Session,
  before: Manifest,
  after: Manifest,
): Promise<[Manifest, Manifest]> {
  const { apiVersion, kind } = referenceOf(after);
  const path = ["metadata", "namespace"];
  const isNamespaced = (await session.isNamespaced(apiVersion, kind)) ?? true;
  const place = (manifest: Manifest): Manifest => {
    if (!isNamespaced) {
      return withoutValue(manifest, path);
    }
    return valueAt(manifest, ...path) === undefined
      ? withValue(manifest, path, "default")
      : manifest;
  };
  return [place(before), place(after)];
}

function withoutIgnored(
  found: Record<string, PropertyDiff>,
  ignoreChanges: readonly string[],
): Record<string, PropertyDiff> {
  const ignored = ignoreChanges.map(parsePath);
  return Object.fromEntries(
    Object.entries(found).filter(
      ([path]) => !ignored.some((outer) => leadsTo(outer, parsePath(path))),
    ),
  );
}

/** The annotation `pulumi.com/replaceUnready` requests a new Job when the old one has not completed. */
async function unreadiness(
  session: Session,
  live: Manifest,
  news: Manifest,
  warn: (text: string) => void,
): Promise<Record<string, PropertyDiff>> {
  if (!replacesUnready(news)) {
    return {};
  }
  if (session.unreachable !== undefined) {
    warn("the cluster is unreachable: replaceUnready is not looked at");
    return {};
  }
  if (textAt(news, "kind") !== "Job") {
    warn("the annotation replaceUnready works for Jobs only");
    return {};
  }
  const job = await find(session, live);
  const isReady =
    job === undefined ||
    awaiterFor(job)?.assess({
      object: job,
      all: () => [],
      quietFor: () => Infinity,
      settlesIn: () => 0,
    }).ready;
  return isReady
    ? {}
    : { 'metadata.annotations["pulumi.com/replaceUnready"]': { kind: "update", replace: true } };
}

async function find(session: Session, live: Manifest): Promise<KubernetesObject | undefined> {
  try {
    return await session.api.cluster.get(referenceOf(live));
  } catch {
    return undefined;
  }
}
