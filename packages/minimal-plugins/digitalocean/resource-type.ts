/** Describes one type of resource to the provider. */
import type { PropertyMap } from "../protocol/properties";
import type { ApiClient } from "./api-client";
import type { Fields } from "./fields";
import type { Wait } from "./wait";

/** The dependencies of every operation on a resource. */
export interface Operation {
  readonly api: ApiClient;
  readonly wait: Wait;
  /** The program's timeout in seconds; 0 without one. */
  readonly timeout: number;
}

/** Properties are unwrapped from secrets here. */
export interface ResourceType {
  readonly inputs: Fields;
  /** Outputs that only the API determines. */
  readonly outputs: readonly string[];
  /** Names of the secret outputs. */
  readonly secretOutputs: readonly string[];
  /** @returns the id. A failure here leaves nothing in the state, even if the account has the resource. */
  create(inputs: PropertyMap, operation: Operation): Promise<string>;
  /** Finishes a resource that exists. A failure here leaves it in the state. */
  finishCreate?(id: string, inputs: PropertyMap, operation: Operation): Promise<void>;
  /**
   * @param state the outputs so far, or the inputs of a new resource.
   * @returns the outputs; undefined when the resource is gone.
   */
  read(id: string, state: PropertyMap, operation: Operation): Promise<PropertyMap | undefined>;
  /** Changes the resource. @returns the state to read it with afterwards. */
  update(id: string, update: Update, operation: Operation): Promise<PropertyMap>;
  delete(id: string, state: PropertyMap, operation: Operation): Promise<void>;
}

export interface Update {
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  /** Names of the inputs that differ from the state. */
  readonly changed: ReadonlySet<string>;
}
