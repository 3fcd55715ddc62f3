/** The objects of one cluster. */
import { Discovery, groupPath } from "./discovery";
import type { KubernetesObject, ObjectReference } from "./object";
import type { Query, Transport } from "./transport";

export interface WriteOptions {
  readonly fieldManager?: string;
  /** Dry run: returns the result and changes nothing. */
  readonly dryRun?: boolean;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes over fields that others manage. */
  readonly force: boolean;
}

export interface ObjectList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly KubernetesObject[];
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubernetesObject;
}

/** `Foreground`: the object stays until all that it owns is gone. */
export type Propagation = "Foreground" | "Background" | "Orphan";

/** Every method throws `ApiError` when the server refuses, and `NoSuchKindError` for an unknown kind. */
export class Cluster {
  public readonly discovery: Discovery;

  public constructor(private readonly transport: Transport) {
    this.discovery = new Discovery(transport);
  }

  public async get(reference: ObjectReference): Promise<KubernetesObject> {
    return this.send("GET", await this.path(reference));
  }

  /** The server, not this client, validates manifests. */
  public async create(
    reference: ObjectReference,
    manifest: object,
    options: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.send("POST", await this.collection(reference), manifest, queryOf(options));
  }

  public async replace(
    reference: ObjectReference,
    manifest: object,
    options: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.send("PUT", await this.path(reference), manifest, queryOf(options));
  }

  /** Server-side apply. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  public async apply(
    reference: ObjectReference,
    manifest: object,
    { force, ...options }: ApplyOptions,
  ): Promise<KubernetesObject> {
    return (await this.transport.send({
      method: "PATCH",
      path: await this.path(reference),
      query: { ...queryOf(options), force },
      body: manifest,
      // JSON is YAML.
      contentType: "application/apply-patch+yaml",
    })) as KubernetesObject;
  }

  /** @param operations a JSON patch (RFC 6902). */
  public async patch(
    reference: ObjectReference,
    operations: readonly object[],
  ): Promise<KubernetesObject> {
    return (await this.transport.send({
      method: "PATCH",
      path: await this.path(reference),
      body: operations,
      contentType: "application/json-patch+json",
    })) as KubernetesObject;
  }

  /** Requests the deletion. The object may still exist for some time. */
  public async delete(reference: ObjectReference, propagationPolicy: Propagation): Promise<void> {
    await this.transport.send({
      method: "DELETE",
      path: await this.path(reference),
      body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy },
    });
  }

  public async list(
    kind: Omit<ObjectReference, "name">,
    fieldSelector?: string,
    signal?: AbortSignal,
  ): Promise<ObjectList> {
    return (await this.transport.send({
      method: "GET",
      path: await this.collection(kind),
      query: { fieldSelector },
      ...(signal && { signal }),
    })) as ObjectList;
  }

  /** Changes after a resource version, until the server ends the watch, which it does after some minutes. */
  public async *watch(
    kind: Omit<ObjectReference, "name">,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    const lines = this.transport.lines({
      method: "GET",
      path: await this.collection(kind),
      query: { watch: true, allowWatchBookmarks: true, resourceVersion },
      signal,
    });
    for await (const line of lines) {
      yield JSON.parse(line) as WatchEvent;
    }
  }

  private async send(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: object,
    query?: Query,
  ): Promise<KubernetesObject> {
    const answer = await this.transport.send({
      method,
      path,
      ...(body && { body }),
      ...(query && { query }),
    });
    return answer as KubernetesObject;
  }

  private async path(reference: ObjectReference): Promise<string> {
    return `${await this.collection(reference)}/${encodeURIComponent(reference.name)}`;
  }

  private async collection(kind: Omit<ObjectReference, "name">): Promise<string> {
    const { plural, namespaced } = await this.discovery.find(kind.apiVersion, kind.kind);
    const scope = namespaced
      ? `/namespaces/${encodeURIComponent(kind.namespace || "default")}`
      : "";
    return `${groupPath(kind.apiVersion)}${scope}/${plural}`;
  }
}

function queryOf({ fieldManager, dryRun }: WriteOptions): Query {
  return { fieldManager, dryRun: dryRun ? "All" : undefined, fieldValidation: "Warn" };
}
