/** The engine's view of a resource provider, in plain values. */
import type { EngineLog } from "./engine-log";
import type { PropertyMap } from "./properties";
import type { ResourceMonitor } from "./resource-monitor";

/** The common part of every request. */
export interface RequestContext {
  /** Aborted when the user cancels the update or the engine goes away. */
  readonly signal: AbortSignal;
  /** Messages shown to the user beside the resource the request is about. */
  readonly log: EngineLog;
}

/** Identifies the resource of a request. */
export interface ResourceRequest {
  readonly urn: string;
  /** The name in the program. */
  readonly name: string;
  /** The type token, such as `digitalocean:index/kubernetesCluster:KubernetesCluster`. */
  readonly type: string;
}

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last update; empty for a new resource. */
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  /** The same for every run of one update: names made from it are the same in the preview and the update. */
  readonly randomSeed: Uint8Array;
}

export interface CheckFailure {
  /** The input it is about, such as `nodePool.nodeCount`; empty for the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  /** The inputs with the provider's own defaults. */
  readonly inputs: PropertyMap;
  /** Reasons why the inputs are refused. */
  readonly failures?: readonly CheckFailure[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  /** The outputs in the state. */
  readonly olds: PropertyMap;
  /** The inputs in the state. */
  readonly oldInputs: PropertyMap;
  readonly news: PropertyMap;
  /** Property paths. The engine itself has already put the old inputs back at these. */
  readonly ignoreChanges: readonly string[];
}

export interface PropertyDiff {
  readonly kind: "add" | "delete" | "update";
  /** Whether the change can only be made by a new resource. */
  readonly replace?: boolean;
  /** Whether old and new inputs differ, rather than the old state and the new inputs. */
  readonly inputDiff?: boolean;
}

export interface DiffResult {
  /** The differences, by property path (`nodePool.size`, `taints[0].key`). Empty without differences. */
  readonly detailedDiff: Readonly<Record<string, PropertyDiff>>;
  /** A replacement must delete the old resource first. @default false */
  readonly deleteBeforeReplace?: boolean;
}

export interface ConfigureRequest {
  /** The inputs of the provider resource. Secrets are marked; nothing is unknown. */
  readonly args: PropertyMap;
}

export interface CreateRequest extends ResourceRequest {
  readonly properties: PropertyMap;
  /** Seconds; 0 when the program gives none. */
  readonly timeout: number;
  /** Nothing may be changed: only say what would come out. */
  readonly preview: boolean;
}

export interface CreateResult {
  /** Empty in a preview. */
  readonly id: string;
  readonly properties: PropertyMap;
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** The outputs in the state; empty for an import. */
  readonly properties: PropertyMap;
  /** The inputs in the state; empty for an import. */
  readonly inputs: PropertyMap;
  /** Seconds; 0 when the program gives none. */
  readonly timeout: number;
}

export interface ReadResult {
  readonly id: string;
  readonly properties: PropertyMap;
  readonly inputs: PropertyMap;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  /** The outputs in the state. */
  readonly olds: PropertyMap;
  /** The inputs in the state. */
  readonly oldInputs: PropertyMap;
  readonly news: PropertyMap;
  readonly ignoreChanges: readonly string[];
  /** Seconds; 0 when the program gives none. */
  readonly timeout: number;
  /** Nothing may be changed: only say what would come out. */
  readonly preview: boolean;
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  /** The outputs in the state. */
  readonly properties: PropertyMap;
  /** The inputs in the state. */
  readonly oldInputs: PropertyMap;
  /** Seconds; 0 when the program gives none. */
  readonly timeout: number;
}

export interface InvokeRequest {
  /** The function's token, such as `digitalocean:index/getRegion:getRegion`. */
  readonly token: string;
  readonly args: PropertyMap;
  readonly preview: boolean;
}

export interface InvokeResult {
  readonly result: PropertyMap;
  /** Reasons why the arguments are refused. */
  readonly failures?: readonly CheckFailure[];
}

/** A component that the provider builds from its own resources. */
export interface ConstructRequest {
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for none. */
  readonly parent: string;
  readonly inputs: PropertyMap;
  /** URNs that each input depends on. */
  readonly inputDependencies: ReadonlyMap<string, readonly string[]>;
  /** Provider references (`urn::id`) by package. */
  readonly providers: ReadonlyMap<string, string>;
  /** URNs the component depends on. */
  readonly dependencies: readonly string[];
  readonly options: ConstructOptions;
  readonly preview: boolean;
  /** Address of the resource monitor, for the component and its children. */
  readonly monitor: ResourceMonitor;
}

/** Resource options of a component, which hold for its registration. Undefined or empty when not given. */
export interface ConstructOptions {
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  /** URN; empty for none. */
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
}

export interface ConstructResult {
  readonly urn: string;
  readonly state: PropertyMap;
}

/**
 * A resource provider. A method rejects with `ProviderError` when it cannot do what is asked, and with
 * `InitializationFailedError` when the resource exists all the same.
 */
export interface ResourceProvider {
  checkConfig(request: CheckRequest, context: RequestContext): Promise<CheckResult>;
  diffConfig(request: DiffRequest, context: RequestContext): Promise<DiffResult>;
  configure(request: ConfigureRequest, context: RequestContext): Promise<void>;
  check(request: CheckRequest, context: RequestContext): Promise<CheckResult>;
  diff(request: DiffRequest, context: RequestContext): Promise<DiffResult>;
  create(request: CreateRequest, context: RequestContext): Promise<CreateResult>;
  /** Undefined when the resource is gone. */
  read(request: ReadRequest, context: RequestContext): Promise<ReadResult | undefined>;
  /** The new outputs. */
  update(request: UpdateRequest, context: RequestContext): Promise<PropertyMap>;
  delete(request: DeleteRequest, context: RequestContext): Promise<void>;
  invoke(request: InvokeRequest, context: RequestContext): Promise<InvokeResult>;
  /** Absent in a provider without components. */
  construct?(request: ConstructRequest, context: RequestContext): Promise<ConstructResult>;
}

/** The default configuration methods of a provider without configuration. */
export const WITHOUT_CONFIGURATION: Pick<
  ResourceProvider,
  "checkConfig" | "diffConfig" | "configure"
> = {
  checkConfig: async ({ news }) => ({ inputs: news }),
  diffConfig: async () => ({ detailedDiff: {} }),
  configure: async () => {},
};
