/** Functions without a cluster: a provider also answers them when its cluster cannot be reached. */
import { stripSecrets } from "../../protocol/properties";
import type { InvokeRequest, InvokeResult, RequestContext } from "../../protocol/provider";
import { parseObjects, renderKustomization } from "../kustomize/render";
import { type Manifest, referenceOf, withValue } from "../objects/manifest";
import type { Session } from "./session";

const KUSTOMIZE = "kubernetes:kustomize:directory";
const DECODE = "kubernetes:yaml:decode";

export async function invoke(
  session: Session,
  { token, args }: InvokeRequest,
  { signal }: RequestContext,
): Promise<InvokeResult> {
  const { directory, text, defaultNamespace } = stripSecrets(args);
  switch (token) {
    case KUSTOMIZE:
      return {
        result: {
          result: onlyObjects(
            await renderKustomization(required(directory, "directory"), "invoke", signal),
          ),
        },
      };
    case DECODE: {
      const objects = onlyObjects(parseObjects(required(text, "text")));
      const namespace = typeof defaultNamespace === "string" ? defaultNamespace : "";
      return {
        result: {
          result: await Promise.all(objects.map((object) => placed(session, object, namespace))),
        },
      };
    }
    default:
      throw new Error(
        `the minimal stand-in for Pulumi's kubernetes provider has no function ${token}, only ${KUSTOMIZE} and ${DECODE}: install the official plugin with pulumi plugin install resource kubernetes`,
      );
  }
}

function onlyObjects(manifests: readonly Manifest[]): Manifest[] {
  return manifests.filter((manifest) => {
    const { apiVersion, kind } = referenceOf(manifest);
    return apiVersion !== "" && kind !== "";
  });
}

async function placed(session: Session, manifest: Manifest, namespace: string): Promise<Manifest> {
  const { apiVersion, kind, namespace: own } = referenceOf(manifest);
  return namespace !== "" && own === "" && ((await session.isNamespaced(apiVersion, kind)) ?? true)
    ? withValue(manifest, ["metadata", "namespace"], namespace)
    : manifest;
}

function required(value: unknown, name: string): string {
  if (typeof value !== "string") {
    throw new Error(`missing required field '${name}' of type string`);
  }
  return value;
}
