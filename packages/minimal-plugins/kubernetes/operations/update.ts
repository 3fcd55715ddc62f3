/** Updates an object by server-side apply and waits until it is ready. */
import { containsUnknown, type PropertyMap } from "../../protocol/properties";
import type { RequestContext, UpdateRequest } from "../../protocol/provider";
import { KubernetesError } from "../api/errors";
import { type KubernetesObject, qualifiedName, referenceTo } from "../api/object";
import { NotReadyError } from "../await/not-ready";
import { forcesPatch } from "../objects/annotations";
import { fromState, toManifest, toState } from "../objects/checkpoint";
import {
  fieldManager,
  isManagedByCreator,
  leaveIgnored,
  takeOver,
} from "../objects/field-managers";
import { isDefinition, isPatchType } from "../objects/kinds";
import { type Manifest, referenceOf, withValue } from "../objects/manifest";
import { normalize } from "../objects/normalize";
import { relinquish } from "./delete";
import { explainConflict, initializationFailed, withoutStatus } from "./outcome";
import type { Session } from "./session";
import { settle } from "./settle";

export async function update(
  session: Session,
  request: UpdateRequest,
  context: RequestContext,
): Promise<PropertyMap> {
  const { news, preview, olds } = request;
  const inputs = normalize(toManifest(news));
  const { apiVersion, kind } = referenceOf(inputs);
  if (preview && (containsUnknown(inputs) || !(await session.serves(apiVersion, kind)))) {
    return news;
  }
  const { cluster } = session.api;
  const old = fromState(olds);
  const manager = fieldManager(inputs, old.fieldManager);
  const state = (live: KubernetesObject): PropertyMap =>
    toState(
      {
        inputs,
        live,
        initialApiVersion: old.initialApiVersion || apiVersion,
        fieldManager: manager,
      },
      news,
    );

  try {
    const object = await submit(session, request, inputs, manager);
    if (preview) {
      return state(withoutStatus(object));
    }
    const live = await settle(session, { inputs, object, timeout: request.timeout }, context);
    const oldManager = fieldManager(old.inputs, old.fieldManager);
    if (old.fieldManager !== "" && oldManager !== manager) {
      await relinquish(cluster, referenceTo(live), oldManager);
    }
    return state(live);
  } catch (error) {
    if (preview && error instanceof KubernetesError && error.code === 403) {
      return news;
    }
    // The object exists, partly unchanged, and the state must show that.
    throw await failure(session, old.live, error, state);
  }
}

async function failure(
  session: Session,
  live: Manifest,
  error: unknown,
  state: (live: KubernetesObject) => PropertyMap,
): Promise<Error> {
  const cause = error instanceof Error ? error : new Error(String(error));
  try {
    const object = await session.api.cluster.get(referenceOf(live));
    const notReady =
      cause instanceof NotReadyError ? cause : new NotReadyError(cause.message, object, []);
    return initializationFailed(
      `"${qualifiedName(object.metadata)}" was not updated, or did not become ready: ${cause.message}`,
      notReady,
      state(object),
    );
  } catch {
    return new Error(`update failed: ${cause.message}`, { cause });
  }
}

async function submit(
  session: Session,
  { type, preview, ignoreChanges, olds }: UpdateRequest,
  inputs: Manifest,
  manager: string,
): Promise<KubernetesObject> {
  const { cluster } = session.api;
  const reference = referenceOf(inputs);
  const found = await cluster.get({ ...reference, name: referenceOf(fromState(olds).live).name });
  if (isDefinition(inputs)) {
    // A definition is replaced as a whole: merged schemas would keep removed fields.
    const versioned = withValue(
      inputs,
      ["metadata", "resourceVersion"],
      found.metadata.resourceVersion ?? "",
    );
    return cluster.replace(reference, versioned, { fieldManager: manager, dryRun: preview });
  }
  const isPatch = isPatchType(type, reference.kind);
  const live = preview || isPatch ? found : await ownFields(session, found, manager);
  const force =
    session.settings.enablePatchForce ||
    forcesPatch(inputs) ||
    (preview && isManagedByCreator(live)) ||
    (live.metadata.managedFields ?? []).length === 0;
  try {
    return await cluster.apply(reference, leaveIgnored(inputs, live, ignoreChanges, manager), {
      fieldManager: manager,
      force,
      dryRun: preview,
    });
  } catch (error) {
    throw explainConflict(error, manager);
  }
}

/** Number of concurrent status updates by controllers after which the update fails. */
const OWN_FIELDS_ATTEMPTS = 5;

/** Transfers the fields of the object's creation to this resource's manager. */
async function ownFields(
  session: Session,
  object: KubernetesObject,
  manager: string,
  attempts = OWN_FIELDS_ATTEMPTS,
): Promise<KubernetesObject> {
  const { cluster } = session.api;
  const managedFields = takeOver(object.metadata.managedFields ?? [], manager);
  if (managedFields === undefined) {
    return object;
  }
  try {
    return await cluster.patch(referenceTo(object), [
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      // Fails when the object has changed meanwhile, instead of reverting the change.
      {
        op: "replace",
        path: "/metadata/resourceVersion",
        value: object.metadata.resourceVersion,
      },
    ]);
  } catch (error) {
    if (error instanceof KubernetesError && error.isConflict && attempts > 1) {
      return ownFields(session, await cluster.get(referenceTo(object)), manager, attempts - 1);
    }
    throw error;
  }
}
