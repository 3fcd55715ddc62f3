/** The engine's resource monitor, where a component registers itself and its children. */
import { credentials } from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { CHANNEL_OPTIONS } from "./channel";
import { decode, encode, type PropertyMap } from "./properties";

/** A resource to register. Missing fields have the engine's defaults. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Whether a provider manages it; false for a component. */
  readonly custom: boolean;
  readonly inputs: PropertyMap;
  /** URN. */
  readonly parent?: string;
  /** Provider reference (`urn::id`) of a custom resource. */
  readonly provider?: string;
  /** Provider references by package, for the children of a component. */
  readonly providers?: ReadonlyMap<string, string>;
  /** URNs. */
  readonly dependencies?: readonly string[];
  /** URNs that each input depends on. */
  readonly inputDependencies?: ReadonlyMap<string, readonly string[]>;
  /** Version of the provider plugin, when no provider is given. */
  readonly version?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  /** URN. */
  readonly deletedWith?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
}

export interface RegisteredResource {
  readonly urn: string;
  /** Empty for a component, and in the preview of a new resource. */
  readonly id: string;
  readonly state: PropertyMap;
}

export class ResourceMonitor {
  private readonly client: ResourceMonitorClient;

  /** @param address - host and port, from the engine's request */
  public constructor(address: string) {
    this.client = new ResourceMonitorClient(address, credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Resolves when the resource has been created or updated, or its preview made. */
  public register(registration: Registration): Promise<RegisteredResource> {
    return new Promise((resolve, reject) => {
      this.client.registerResource(
        toRequest(registration),
        (error: Error | null, response: RegisterResourceResponse) => {
          if (error !== null) {
            reject(error);
            return;
          }
          resolve({
            urn: response.getUrn(),
            id: response.getId(),
            state: decode(response.getObject()),
          });
        },
      );
    });
  }

  /** Reports a component's outputs, after all its children are registered. */
  public registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    const request = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(encode(outputs));
    return new Promise((resolve, reject) => {
      this.client.registerResourceOutputs(request, (error: Error | null) => {
        if (error !== null) {
          reject(error);
          return;
        }
        resolve();
      });
    });
  }

  public close(): void {
    this.client.close();
  }
}

function toRequest(registration: Registration): RegisterResourceRequest {
  const request = new RegisterResourceRequest()
    .setType(registration.type)
    .setName(registration.name)
    .setCustom(registration.custom)
    .setObject(encode(registration.inputs))
    .setParent(registration.parent ?? "")
    .setProvider(registration.provider ?? "")
    .setDependenciesList([...(registration.dependencies ?? [])])
    .setVersion(registration.version ?? "")
    .setDeletedwith(registration.deletedWith ?? "")
    .setIgnorechangesList([...(registration.ignoreChanges ?? [])])
    .setReplaceonchangesList([...(registration.replaceOnChanges ?? [])])
    .setAdditionalsecretoutputsList([...(registration.additionalSecretOutputs ?? [])])
    .setAcceptsecrets(true)
    .setAcceptresources(true);
  // Absent and false differ for these: an absent option is inherited from the parent.
  if (registration.protect !== undefined) {
    request.setProtect(registration.protect);
  }
  if (registration.retainOnDelete !== undefined) {
    request.setRetainondelete(registration.retainOnDelete);
  }
  for (const [packageName, reference] of registration.providers ?? []) {
    request.getProvidersMap().set(packageName, reference);
  }
  for (const [input, urns] of registration.inputDependencies ?? []) {
    const dependencies = new RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]);
    request.getPropertydependenciesMap().set(input, dependencies);
  }
  return request;
}
