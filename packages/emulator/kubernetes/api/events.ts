import { createHash } from "node:crypto";
import { type ApiClient, KubernetesError } from "./client";
import type { KubernetesObject } from "./objects";

export interface EventDetails {
  /** Kind of the object, one of the core group. */
  readonly kind: "Service" | "PersistentVolumeClaim" | "PersistentVolume";
  /** The component that reports it, e.g. `service-controller`. */
  readonly component: string;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Records an event that `kubectl describe` shows with the object. The same event again renews its time. */
export async function recordEvent(
  client: ApiClient,
  object: KubernetesObject,
  { kind, component, type, reason, message }: EventDetails,
): Promise<void> {
  const { name, uid, namespace = "default" } = object.metadata;
  const hash = createHash("sha256")
    .update(`${uid} ${component} ${reason} ${message}`)
    .digest("hex");
  const events = `/api/v1/namespaces/${namespace}/events`;
  const eventName = `${name}.${hash.slice(0, 16)}`;
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  try {
    await client.create(events, {
      metadata: { name: eventName, namespace },
      involvedObject: { apiVersion: "v1", kind, name, namespace, uid },
      source: { component },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
    });
  } catch (error) {
    if (!(error instanceof KubernetesError && error.status === 409)) {
      throw error;
    }
    await client.patch(`${events}/${eventName}`, { lastTimestamp: now });
  }
}
