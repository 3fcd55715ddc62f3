import type { ApiClient } from "./api/client";
import { delay } from "./processes/delay";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Interval of checks whether a kind is served, in milliseconds. */
const POLL_MS = 50;

/** A kind that DOKS adds to Kubernetes' own. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: "Namespaced" | "Cluster";
  /** Source of its definition. */
  readonly source: string;
}

/**
 * Installs kinds, and waits until they are served. Their schemas are open, so the API server accepts any field; the
 * controllers read those they know.
 */
export async function installKinds(
  client: ApiClient,
  kinds: readonly CustomKind[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(kinds.map((kind) => client.createIfAbsent(DEFINITIONS, definition(kind))));
  await Promise.all(kinds.map((kind) => served(client, kind, signal)));
}

function definition({ group, version, kind, plural, scope, source }: CustomKind): object {
  return {
    metadata: {
      name: `${plural}.${group}`,
      // The API server requires it for kinds of Kubernetes' own groups.
      annotations: { "api-approved.kubernetes.io": source },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { status: ANY_FIELDS },
              "x-kubernetes-preserve-unknown-fields": true,
            },
          },
        },
      ],
    },
  };
}

const ANY_FIELDS = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

async function served(
  client: ApiClient,
  { group, version, plural }: CustomKind,
  signal: AbortSignal,
): Promise<void> {
  while ((await client.status(`/apis/${group}/${version}/${plural}`)) !== 200) {
    await delay(POLL_MS, signal);
  }
}
