/** Deletes an object and waits until it is gone. A Patch resource gives up its fields instead. */
import type { DeleteRequest, RequestContext } from "../../protocol/provider";
import type { Cluster } from "../api/cluster";
import { KubernetesError, NoSuchKindError } from "../api/errors";
import { type ObjectReference, referenceTo } from "../api/object";
import { waitUntilGone } from "../await/deletion";
import { NotReadyError } from "../await/not-ready";
import { propagationOf, skipsAwait, timeoutSeconds } from "../objects/annotations";
import { fromState, toState } from "../objects/checkpoint";
import { isPatchType } from "../objects/kinds";
import { referenceOf, textAt } from "../objects/manifest";
import { initializationFailed } from "./outcome";
import type { Session } from "./session";

/** Kinds for which `pulumi.com/skipAwait` also holds when they are deleted. */
const SKIPPABLE = new Set([
  "DaemonSet",
  "Deployment",
  "Job",
  "Namespace",
  "Pod",
  "ReplicationController",
  "StatefulSet",
]);

export async function deleteObject(
  session: Session,
  request: DeleteRequest,
  context: RequestContext,
): Promise<void> {
  if (session.unreachable !== undefined) {
    deleteUnreachable(session, context);
    return;
  }
  const { cluster } = session.api;
  const { inputs, live, initialApiVersion, fieldManager } = fromState(request.properties);
  const name = request.id.split("/").at(-1) ?? request.id;
  const reference = { ...referenceOf(live), name };
  try {
    if (isPatchType(request.type, textAt(inputs, "kind"))) {
      // Applying to a deleted object would create it again.
      await relinquish(cluster, referenceTo(await cluster.get(reference)), fieldManager);
      return;
    }
    await cluster.delete(reference, propagationOf(inputs));
    if (!(skipsAwait(inputs) && SKIPPABLE.has(reference.kind))) {
      await waitUntilGone(cluster, reference, {
        timeoutSeconds: timeoutSeconds(request.timeout, inputs),
        ...context,
      });
    }
  } catch (error) {
    if (
      error instanceof NoSuchKindError ||
      (error instanceof KubernetesError && error.isNotFound)
    ) {
      return;
    }
    if (error instanceof NotReadyError) {
      const state = toState(
        { inputs, live: error.object, initialApiVersion, fieldManager },
        request.properties,
      );
      throw initializationFailed(error.message, error, state);
    }
    throw error;
  }
}

/** Removes a manager from all fields of an object: fields without another manager return to their default. */
export async function relinquish(
  cluster: Cluster,
  reference: ObjectReference,
  manager: string,
): Promise<void> {
  const { apiVersion, kind, name, namespace } = reference;
  try {
    await cluster.apply(
      reference,
      { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } },
      { fieldManager: manager, force: false },
    );
  } catch (error) {
    const required =
      error instanceof KubernetesError &&
      error.details?.causes?.find(({ reason }) => reason === "FieldValueRequired");
    if (required) {
      throw new Error(
        `this Patch resource alone manages ${required.field ?? "a field"}, which the object must have. ` +
          "Set retainOnDelete on the resource, or let something else manage the field first",
        { cause: error },
      );
    }
    throw error;
  }
}

function deleteUnreachable(session: Session, { log }: RequestContext): void {
  log.warning(`configured Kubernetes cluster is unreachable: ${session.unreachable ?? ""}`);
  if (!session.settings.deleteUnreachable) {
    throw new Error(
      "configured Kubernetes cluster is unreachable. If the cluster was deleted, remove its resources from " +
        "the state: run the command again with PULUMI_K8S_DELETE_UNREACHABLE=true",
    );
  }
  log.info("deleteUnreachable is set: the resource is removed from the state");
}
