import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as state from "@pulumi/pulumi/runtime/state";

// Registers all resources of a test before the next test starts.
afterEach(() => pulumi.runtime.disconnect());

/** A resource as a program registered it with the engine. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Name of the resource that it is a child of; empty for the stack. */
  readonly parent: string;
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    /** Undefined where the provider decides. */
    readonly deleteBeforeReplace: boolean | undefined;
    /** Names of the resources that must exist first. */
    readonly dependsOn: string[];
    readonly ignoreChanges: string[];
    /** Name of the resource in `deletedWith`; empty without one. */
    readonly deletedWith: string;
    /** Name of the explicit provider; empty for the default one. */
    readonly provider: string;
  };
}

type Properties = Record<string, unknown>;

export interface RecordingOptions {
  /** Whether this is a preview, in which outputs that a provider computes are unknown. @default false */
  readonly preview?: boolean;
  /** Answers to functions of providers; a call of any other function fails. */
  readonly answers?: Readonly<Record<string, (args: Properties) => Properties>>;
  /** Outputs of a resource type that are not inputs. */
  readonly computed?: Readonly<Record<string, (inputs: Properties) => Properties>>;
}

/** The used fields of the engine's request. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getDeletedwith(): string;
  getProvider(): string;
}
interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
}

/**
 * Runs components against Pulumi's mocks and records what they register.
 *
 * Proves what is asked of the engine; not that a provider accepts it, which the end-to-end tests do.
 */
export class Recording {
  /** Transforms that components registered. Without an engine, nothing calls them. */
  public readonly transforms: pulumi.ResourceTransform[] = [];
  private readonly inputs = new Map<string, Properties>();
  private readonly requests: RegisterRequest[] = [];

  public static async start(options: RecordingOptions = {}): Promise<Recording> {
    const recording = new Recording();
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs, id }) => {
          recording.inputs.set(`${type} ${name}`, inputs as Properties);
          const computed = options.preview ? {} : options.computed?.[type]?.(inputs as Properties);
          return {
            id: id || (options.preview ? undefined : `${name}-id`),
            state: { ...inputs, ...computed },
          };
        },
        call: ({ token, inputs }) => {
          const answer = options.answers?.[token];
          if (answer === undefined) {
            throw new Error(`the program called ${token}, which this test does not expect`);
          }
          return answer(inputs as Properties);
        },
      },
      "shop",
      "alice-dev",
      options.preview ?? false,
      "acme",
    );
    recording.acceptTransforms();
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      recording.requests.push(request);
      return register(request, callback);
    };
    return recording;
  }

  /** All resources, sorted by type and name. Call it once, after the last declaration. */
  public async resources(): Promise<Recorded[]> {
    await pulumi.runtime.disconnect();
    return this.requests
      .map((request) => ({
        type: request.getType(),
        name: request.getName(),
        inputs: this.inputs.get(`${request.getType()} ${request.getName()}`) ?? {},
        parent: nameOf(request.getParent()),
        options: {
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          deleteBeforeReplace: request.getDeletebeforereplacedefined()
            ? request.getDeletebeforereplace()
            : undefined,
          dependsOn: request.getDependenciesList().map(nameOf),
          ignoreChanges: request.getIgnorechangesList(),
          deletedWith: nameOf(request.getDeletedwith()),
          // `<urn>::<id>`
          provider: nameOf(request.getProvider().split("::").slice(0, 4).join("::")),
        },
      }))
      .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
  }

  /** Pulumi's mocks refuse transforms, so this stands in for the server that the engine calls back. */
  private acceptTransforms(): void {
    const { getStore } = state as unknown as { getStore(): object };
    Object.assign(getStore(), {
      supportsTransforms: true,
      callbacks: {
        awaitStackRegistrations: () => Promise.resolve(),
        registerTransform: (transform: pulumi.ResourceTransform) => {
          this.transforms.push(transform);
          return Promise.resolve(new Callback());
        },
        shutdown: () => {},
      },
    });
  }
}

/** Every resource as `type name`, in the same order. */
export function lines(resources: readonly Recorded[]): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`);
}

/** The only resource of a type, or of a type and a name. */
export function only(resources: readonly Recorded[], type: string, name?: string): Recorded {
  const [found, another] = resources.filter(
    (one) => one.type === type && (name === undefined || one.name === name),
  );
  if (found === undefined || another !== undefined) {
    throw new Error(`not exactly one ${type} ${name ?? ""} among\n${lines(resources).join("\n")}`);
  }
  return found;
}

/** The value of an output. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}

function nameOf(urn: string): string {
  return urn.split("::")[3] ?? "";
}
