import type { CustomResource, Kind, Kinds } from "../../../../cli/cluster/api-objects";
import type { ClusterClient, LogRequest } from "../../../../cli/cluster/client";
import { ForbiddenError } from "../../../../cli/cluster/cluster-error";
import { UserError } from "../../../../core/errors";

export type Contents = { readonly [K in Kind]?: readonly Kinds[K][] } & {
  readonly custom?: readonly CustomResource[];
};

/** A cluster that holds some objects. */
export class FakeCluster implements ClusterClient {
  /** What was asked for in logs, as `pod/container` with ` previous`. */
  public readonly logRequests: string[] = [];

  public constructor(
    private readonly contents: Contents,
    private readonly options: {
      /** By the words of `logRequests`. */
      readonly logs?: Readonly<Record<string, string>>;
      readonly forbidden?: readonly Kind[];
    } = {},
  ) {}

  public async list<K extends Kind>(
    kind: K,
    _namespace: string,
    fieldSelector?: string,
  ): Promise<Kinds[K][]> {
    if (this.options.forbidden?.includes(kind)) {
      throw new ForbiddenError(`may not list ${kind}`, "ask somebody");
    }
    const [key = "", value] = fieldSelector?.split("=") ?? [];
    const objects = (this.contents[kind] ?? []) as readonly Kinds[K][];
    return objects.filter(
      (object) => key === "" || (object as Readonly<Record<string, unknown>>)[key] === value,
    );
  }

  public async customResources(_namespace: string, group = ""): Promise<CustomResource[]> {
    const all = this.contents.custom ?? [];
    return all.filter(({ apiVersion = "" }) => apiVersion.startsWith(group));
  }

  public async log({ pod, container, previous }: LogRequest): Promise<string> {
    const request = `${pod}/${container}${previous ? " previous" : ""}`;
    this.logRequests.push(request);
    const log = this.options.logs?.[request];
    if (log === undefined) {
      throw new UserError(`the cluster has no log of ${request}`, "wait");
    }
    return log;
  }
}
