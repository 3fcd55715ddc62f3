/** Creates an object and waits until it is ready. */
import { setTimeout as delay } from "node:timers/promises";
import { containsUnknown, type PropertyMap } from "../../protocol/properties";
import type { CreateRequest, CreateResult, RequestContext } from "../../protocol/provider";
import { KubernetesError, NoSuchKindError } from "../api/errors";
import { type KubernetesObject, qualifiedName } from "../api/object";
import { NotReadyError } from "../await/not-ready";
import { forcesPatch } from "../objects/annotations";
import { toManifest, toState } from "../objects/checkpoint";
import { CREATOR, fieldManager } from "../objects/field-managers";
import { isPatchType } from "../objects/kinds";
import { type Manifest, referenceOf } from "../objects/manifest";
import { explainConflict, initializationFailed, withoutStatus } from "./outcome";
import type { Session } from "./session";
import { settle } from "./settle";

/** Pauses before retries for a missing namespace or definition: half a minute in total. */
const RETRY_PAUSES_MS = [250, 500, 1000, 2000, 4000, 8000, 16_000];

export async function create(
  session: Session,
  request: CreateRequest,
  context: RequestContext,
): Promise<CreateResult> {
  const { properties, preview, urn } = request;
  const inputs = toManifest(properties);
  if (preview && !(await canPreview(session, request, inputs))) {
    return { id: "", properties };
  }
  const manager = fieldManager(inputs, "");
  const state = (live: KubernetesObject): PropertyMap =>
    toState(
      { inputs, live, initialApiVersion: referenceOf(inputs).apiVersion, fieldManager: manager },
      properties,
    );

  let created: KubernetesObject;
  try {
    created = await submit(session, request, inputs, manager, context);
  } catch (error) {
    if (preview && error instanceof KubernetesError && cannotBePreviewed(error)) {
      return { id: "", properties };
    }
    throw new Error(`resource "${urn}" was not created: ${explain(error)}`, { cause: error });
  }
  if (preview) {
    return { id: "", properties: state(withoutStatus(created)) };
  }
  try {
    const live = await settle(
      session,
      { inputs, object: created, timeout: request.timeout },
      context,
    );
    return { id: qualifiedName(live.metadata), properties: state(live) };
  } catch (error) {
    if (error instanceof NotReadyError) {
      throw initializationFailed(
        `resource "${urn}" was created, but did not become ready: ${error.message}`,
        error,
        state(error.object),
      );
    }
    throw error;
  }
}

/** A dry run requires a served kind, known inputs, and an object that the resource owns. */
async function canPreview(
  session: Session,
  { type }: CreateRequest,
  inputs: Manifest,
): Promise<boolean> {
  const { apiVersion, kind } = referenceOf(inputs);
  return (
    !containsUnknown(inputs) && !isPatchType(type, kind) && (await session.serves(apiVersion, kind))
  );
}

/** Errors only of a dry run: an object to delete first still exists, or one to create first does not exist. */
function cannotBePreviewed(error: KubernetesError): boolean {
  return error.code === 403 || error.isNamespaceNotFound || error.isAlreadyExists;
}

async function submit(
  session: Session,
  { type, preview }: CreateRequest,
  inputs: Manifest,
  manager: string,
  { signal, log }: RequestContext,
): Promise<KubernetesObject> {
  const { cluster } = session.api;
  const { enablePatchForce, upsertExistingObjects } = session.settings;
  const reference = referenceOf(inputs);
  const isApplied = upsertExistingObjects || isPatchType(type, reference.kind);
  const pauses = RETRY_PAUSES_MS.values();
  for (;;) {
    try {
      return isApplied
        ? await cluster.apply(reference, inputs, {
            fieldManager: manager,
            force: preview || enablePatchForce || forcesPatch(inputs),
            dryRun: preview,
          })
        : await cluster.create(reference, inputs, { fieldManager: CREATOR, dryRun: preview });
    } catch (error) {
      const pause = pauses.next();
      if (preview || pause.done || signal.aborted || !mayComeTrue(error)) {
        throw explainConflict(error, manager);
      }
      log.status(`trying again: ${(error as Error).message}`);
      await delay(pause.value, undefined, { signal });
    }
  }
}

/** Whether the object's namespace or definition may appear later. */
function mayComeTrue(error: unknown): boolean {
  return error instanceof NoSuchKindError || (error instanceof KubernetesError && error.isNotFound);
}

function explain(error: unknown): string {
  const { message } = error as Error;
  if (error instanceof NoSuchKindError) {
    return `${message}. Is the custom resource definition it needs created before it?`;
  }
  if (error instanceof KubernetesError && error.isAlreadyExists) {
    return `${message}

The object exists in the cluster, but not in this stack.
  - If the resource was renamed in the program: give it an alias with the old name.
  - To manage some fields of an object that is not this stack's: use its Patch resource.
  - To adopt the object: pulumi import.
  - To take over whatever exists: upsertExistingObjects on the provider.`;
  }
  return message;
}
