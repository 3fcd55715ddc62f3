/** The kinds that the API server serves, and their paths. */
import { z } from "zod";
import { KubernetesError, NoSuchKindError } from "./errors";
import type { Transport } from "./transport";

export interface ResourceKind {
  /** Plural, as it stands in paths: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

const resourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

export class Discovery {
  private readonly known = new Map<string, Promise<ReadonlyMap<string, ResourceKind>>>();

  public constructor(private readonly transport: Transport) {}

  /**
   * Returns how a kind is served. Requests an unknown kind again, because its definition may be new.
   *
   * @throws {NoSuchKindError} when the API server does not serve it.
   */
  public async find(apiVersion: string, kind: string): Promise<ResourceKind> {
    const cached = this.known.get(apiVersion);
    const found = (await cached?.catch(() => undefined))?.get(kind);
    if (found !== undefined) {
      return found;
    }
    if (this.known.get(apiVersion) === cached) {
      this.known.set(apiVersion, this.fetch(apiVersion));
    }
    const fresh = (await this.known.get(apiVersion))?.get(kind);
    if (fresh === undefined) {
      throw new NoSuchKindError(apiVersion, kind);
    }
    return fresh;
  }

  private async fetch(apiVersion: string): Promise<ReadonlyMap<string, ResourceKind>> {
    try {
      const list = resourceList.parse(
        await this.transport.send({ method: "GET", path: groupPath(apiVersion) }),
      );
      return new Map(
        list.resources
          // `deployments/scale` and the like are subresources.
          .filter(({ name }) => !name.includes("/"))
          .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
      );
    } catch (error) {
      if (error instanceof KubernetesError && error.isNotFound) {
        return new Map();
      }
      throw error;
    }
  }
}

/** `/api/v1` for the core group, `/apis/<group>/<version>` for the others. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
