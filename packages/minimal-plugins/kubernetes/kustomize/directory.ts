/** The component `kubernetes:kustomize/v2:Directory`: a kustomization as resources of the program. */
import {
  containsUnknown,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  stripSecrets,
  UNKNOWN,
} from "../../protocol/properties";
import type { ConstructRequest, ConstructResult, RequestContext } from "../../protocol/provider";
import type { RegisteredResource } from "../../protocol/resource-monitor";
import { qualifiedName } from "../api/object";
import { isDefinition, isSecret, typeToken } from "../objects/kinds";
import { type Manifest, referenceOf, textAt, withValue } from "../objects/manifest";
import type { Session } from "../operations/session";
import { orderByDependencies } from "./dependencies";
import { renderKustomization } from "./render";

export const DIRECTORY = "kubernetes:kustomize/v2:Directory";

interface DirectoryArgs {
  readonly directory: string;
  /** Default namespace for namespaced objects. */
  readonly namespace: string;
  /** The prefix of the children's names. */
  readonly resourcePrefix: string;
  readonly skipAwait: boolean;
}

export async function constructDirectory(
  session: Session,
  request: ConstructRequest,
  { signal, log }: RequestContext,
): Promise<ConstructResult> {
  const { monitor, type, name, parent, providers, dependencies, options } = request;
  const { protect, retainOnDelete, ...others } = options;
  const component = await monitor.register({
    type,
    name,
    parent,
    providers,
    dependencies,
    custom: false,
    inputs: {},
    ...others,
    ...(protect !== undefined && { protect }),
    ...(retainOnDelete !== undefined && { retainOnDelete }),
  });
  if (containsUnknown(request.inputs)) {
    log.warning(`the inputs of ${name} are not all known yet: this preview leaves out its objects`);
    return { urn: component.urn, state: {} };
  }
  const args = readArgs(stripSecrets(request.inputs), session, name);
  const rendered = await renderKustomization(args.directory, "component", signal);
  const manifests = await withNamespaces(session, rendered.flatMap(expandList), args.namespace);

  const resources = await registerAll(request, component.urn, args, manifests);
  return {
    urn: component.urn,
    state: {
      resources: resources.map(({ urn, id }) => new ResourceReference(urn, id || UNKNOWN)),
    },
  };
}

function readArgs(inputs: PropertyMap, session: Session, name: string): DirectoryArgs {
  const { directory, resourcePrefix, skipAwait } = inputs;
  if (typeof directory !== "string") {
    throw new Error(`${DIRECTORY} needs the input directory: the folder of a kustomization`);
  }
  return {
    directory,
    namespace: textAt(inputs, "namespace") || session.namespace,
    resourcePrefix: typeof resourcePrefix === "string" ? resourcePrefix : name,
    skipAwait: skipAwait === true,
  };
}

/** The items of a `v1/List` or the like, which is not an object itself. */
function expandList(manifest: Manifest): Manifest[] {
  const { items } = manifest;
  return textAt(manifest, "kind").endsWith("List") && Array.isArray(items)
    ? items.filter(isPropertyMap).flatMap(expandList)
    : [manifest];
}

async function withNamespaces(
  session: Session,
  manifests: readonly Manifest[],
  namespace: string,
): Promise<Manifest[]> {
  for (const definition of manifests.filter(isDefinition)) {
    session.learn(definition);
  }
  return Promise.all(
    manifests.map(async (manifest) => {
      const reference = referenceOf(manifest);
      const { apiVersion, kind } = reference;
      if (apiVersion === "" || kind === "" || reference.name === "") {
        throw new Error(
          `an object of the kustomization lacks its apiVersion, kind or metadata.name: ${JSON.stringify(manifest).slice(0, 100)}`,
        );
      }
      const isPlaced = reference.namespace !== "";
      return !isPlaced && (await session.isNamespaced(apiVersion, kind))
        ? withValue(manifest, ["metadata", "namespace"], namespace)
        : manifest;
    }),
  );
}

/** Registers each object as soon as its dependencies exist. */
async function registerAll(
  request: ConstructRequest,
  parent: string,
  args: DirectoryArgs,
  manifests: readonly Manifest[],
): Promise<RegisteredResource[]> {
  const pending = new Map<Manifest, Promise<RegisteredResource>>();
  for (const { manifest, dependencies } of orderByDependencies(manifests)) {
    const needed = dependencies.flatMap((dependency) => pending.get(dependency) ?? []);
    pending.set(
      manifest,
      Promise.all(needed).then((resources) =>
        register(
          request,
          parent,
          args,
          manifest,
          resources.map(({ urn }) => urn),
        ),
      ),
    );
  }
  // The engine must receive every object before the component's failure.
  await Promise.allSettled(pending.values());
  return Promise.all(pending.values());
}

function register(
  { monitor, providers }: ConstructRequest,
  parent: string,
  { resourcePrefix, skipAwait }: DirectoryArgs,
  manifest: Manifest,
  dependencies: readonly string[],
): Promise<RegisteredResource> {
  const { apiVersion, kind, namespace, name } = referenceOf(manifest);
  const provider = providers.get("kubernetes");
  const qualified = qualifiedName({ namespace, name });
  return monitor.register({
    type: typeToken(apiVersion, kind),
    name: resourcePrefix === "" ? qualified : `${resourcePrefix}:${qualified}`,
    custom: true,
    parent,
    dependencies,
    inputs: inputsOf(manifest, skipAwait),
    ...(provider !== undefined && { provider }),
    ...(isSecret(manifest) && { additionalSecretOutputs: SECRET_FIELDS }),
  });
}

const SECRET_FIELDS = ["data", "stringData"];

function inputsOf(manifest: Manifest, skipAwait: boolean): PropertyMap {
  const awaited = skipAwait
    ? withValue(manifest, ["metadata", "annotations", "pulumi.com/skipAwait"], "true")
    : manifest;
  if (!isSecret(awaited)) {
    return awaited;
  }
  return Object.fromEntries(
    Object.entries(awaited).map(([key, value]): [string, PropertyValue] => [
      key,
      SECRET_FIELDS.includes(key) ? new Secret(value) : value,
    ]),
  );
}
