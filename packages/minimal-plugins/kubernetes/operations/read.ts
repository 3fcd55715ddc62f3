/** Reads an object: for a refresh, an import or a `.get`. */
import type { PropertyMap } from "../../protocol/properties";
import type { ReadRequest, ReadResult, RequestContext } from "../../protocol/provider";
import { KubernetesError, NoSuchKindError } from "../api/errors";
import type { KubernetesObject } from "../api/object";
import { awaiterFor } from "../await/awaiters";
import { NotReadyError } from "../await/not-ready";
import { requireReadyNow } from "../await/wait";
import { skipsAwait } from "../objects/annotations";
import { fromState, toManifest, toProperties, toState, withSecrets } from "../objects/checkpoint";
import { fieldManager } from "../objects/field-managers";
import { isPatchType, parseType } from "../objects/kinds";
import { type Manifest, manifestOf, referenceOf, textAt, withoutValue } from "../objects/manifest";
import { normalize } from "../objects/normalize";
import { prune } from "../objects/prune";
import { initializationFailed } from "./outcome";
import type { Session } from "./session";

export async function read(
  session: Session,
  request: ReadRequest,
  context: RequestContext,
): Promise<ReadResult | undefined> {
  if (session.unreachable !== undefined) {
    return readUnreachable(session, request, context);
  }
  const { cluster } = session.api;
  const checkpoint = fromState(request.properties);
  const given = normalize(toManifest(request.inputs));
  // Without inputs it is an import or a `.get`, with only the type and the id.
  const isFirst = textAt(given, "kind") === "" && textAt(checkpoint.live, "kind") === "";
  const inputs = identified(given, checkpoint.live, request);

  let live: KubernetesObject;
  try {
    live = await cluster.get({ ...referenceOf(inputs), name: parseId(request.id).name });
  } catch (error) {
    // A custom resource is deleted with its definition.
    if (
      error instanceof NoSuchKindError ||
      (error instanceof KubernetesError && error.isNotFound)
    ) {
      return undefined;
    }
    throw error;
  }

  const liveInputs = isFirst ? asInputs(live) : prune(manifestOf(live), inputs);
  const state = (object: KubernetesObject): PropertyMap =>
    toState(
      {
        inputs: liveInputs,
        live: object,
        initialApiVersion: checkpoint.initialApiVersion || referenceOf(inputs).apiVersion,
        fieldManager: fieldManager(inputs, checkpoint.fieldManager),
      },
      request.inputs,
    );
  const newInputs = withSecrets(toProperties(liveInputs), request.inputs);
  const awaiter = awaiterFor(live);
  if (!isFirst && awaiter?.onRead && !skipsAwait(inputs)) {
    try {
      await requireReadyNow(cluster, awaiter, live);
    } catch (error) {
      if (error instanceof NotReadyError) {
        throw initializationFailed(error.message, error, state(live), newInputs);
      }
      throw error;
    }
  }
  return { id: request.id, properties: state(live), inputs: newInputs };
}

function readUnreachable(
  session: Session,
  { id, properties, inputs }: ReadRequest,
  { log }: RequestContext,
): ReadResult | undefined {
  log.warning(`configured Kubernetes cluster is unreachable: ${session.unreachable ?? ""}`);
  if (session.settings.deleteUnreachable) {
    log.info("deleteUnreachable is set: the resource is removed from the state");
    return undefined;
  }
  if (session.settings.skipUpdateUnreachable) {
    log.info("skipUpdateUnreachable is set: the resource is taken to be as it was");
    return { id, properties, inputs };
  }
  throw new Error(
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, remove its " +
      "resources from the state: run the command again with PULUMI_K8S_DELETE_UNREACHABLE=true",
  );
}

/** Inputs that identify their object. */
function identified(inputs: Manifest, live: Manifest, { type, id }: ReadRequest): Manifest {
  if (textAt(inputs, "kind") !== "") {
    return inputs;
  }
  const known = textAt(live, "kind") === "" ? objectType(type) : referenceOf(live);
  const { namespace, name } = parseId(id);
  return {
    apiVersion: known.apiVersion,
    kind: known.kind,
    metadata: { name, ...(namespace && { namespace }) },
  };
}

/** The type of the object: for a Patch resource, of the object whose fields it manages. */
function objectType(token: string): { apiVersion: string; kind: string } {
  const { apiVersion, kind } = parseType(token);
  const patched = kind.replace(/Patch$/, "");
  return { apiVersion, kind: isPatchType(token, patched) ? patched : kind };
}

/** @param id `namespace/name`, or the name of a cluster-wide object. */
function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

const SERVER_ANNOTATIONS = [
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
];

/** The inputs with which a program would declare this object. */
function asInputs(live: KubernetesObject): Manifest {
  return SERVER_ANNOTATIONS.reduce(
    (manifest, annotation) => withoutValue(manifest, ["metadata", "annotations", annotation]),
    normalize(withoutValue(manifestOf(live), ["status"])),
  );
}
