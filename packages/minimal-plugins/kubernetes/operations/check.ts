/** Checks inputs, and adds the name and the namespace if the program leaves them to the provider. */
import { isPropertyMap } from "../../protocol/properties";
import type { CheckRequest, CheckResult, RequestContext } from "../../protocol/provider";
import { AUTONAMED } from "../objects/annotations";
import { toManifest, toProperties, withSecrets } from "../objects/checkpoint";
import { isList, isPatchType, parseType } from "../objects/kinds";
import { type Manifest, textAt, valueAt, withValue } from "../objects/manifest";
import { asksForGeneratedName, withNewName, withOldName } from "../objects/naming";
import { normalize } from "../objects/normalize";
import type { Session } from "./session";

export async function check(
  session: Session,
  request: CheckRequest,
  { log }: RequestContext,
): Promise<CheckResult> {
  if (session.unreachable && session.settings.skipUpdateUnreachable) {
    log.warning("the cluster is unreachable and skipUpdateUnreachable is set: nothing is changed");
    return { inputs: request.olds };
  }
  const { apiVersion, kind } = parseObjectType(request.type);
  const [olds, news] = [toManifest(request.olds), normalize(toManifest(request.news))];
  const isPatch = isPatchType(request.type, textAt(news, "kind"));
  if (isPatch && textAt(news, "metadata", "name") === "") {
    throw new Error("a Patch resource needs .metadata.name: the object whose fields it manages");
  }
  warnAboutAnnotations(session, news, (message) => log.warning(message));

  const named =
    Object.keys(olds).length > 0
      ? withOldName(news, olds)
      : withNewName(news, request.name, request.randomSeed);
  if (asksForGeneratedName(named)) {
    throw new Error(
      ".metadata.generateName does not go with server-side apply: set .metadata.name, or no name at all",
    );
  }
  const placed = await withNamespace(session, named, apiVersion, textAt(news, "kind") || kind);
  session.learn(placed);
  return { inputs: withSecrets(toProperties(placed), request.news) };
}

/** @throws {Error} when the type is not one of an object that can be created by itself. */
function parseObjectType(token: string): { apiVersion: string; kind: string } {
  const type = parseType(token);
  if (type.apiVersion.startsWith("helm.sh/")) {
    throw new Error(
      `${token} is not for the minimal stand-in plugin: install the official one with pulumi plugin install resource kubernetes`,
    );
  }
  if (isList(type)) {
    throw new Error(
      `${type.kind} cannot be created: declare the objects it holds, each as a resource`,
    );
  }
  return type;
}

/** The provider's namespace, for an object that is (as far as known) namespaced and does not name one. */
async function withNamespace(
  session: Session,
  manifest: Manifest,
  apiVersion: string,
  kind: string,
): Promise<Manifest> {
  if (session.namespace === "" || valueAt(manifest, "metadata", "namespace") !== undefined) {
    return manifest;
  }
  const isNamespaced = (await session.isNamespaced(apiVersion, kind)) ?? true;
  return isNamespaced
    ? withValue(manifest, ["metadata", "namespace"], session.namespace)
    : manifest;
}

function warnAboutAnnotations(
  session: Session,
  manifest: Manifest,
  warn: (message: string) => void,
): void {
  const annotations = valueAt(manifest, "metadata", "annotations");
  const entries = Object.entries(isPropertyMap(annotations) ? annotations : {});
  if (entries.some(([key]) => key === AUTONAMED)) {
    warn(`the annotation ${AUTONAMED} is the provider's own: its value is ignored`);
  }
  const isHook = entries.some(
    ([key, value]) =>
      key.startsWith("helm.sh/hook") && typeof value === "string" && value.includes("test"),
  );
  if (isHook && !session.settings.suppressHelmHookWarnings) {
    warn("this object has Helm hooks: it is created, but the hooks are not run");
  }
}
