/** The resource `random:index/randomUuid:RandomUuid`. */
import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { diffProperties } from "../protocol/diff";
import { ProviderError } from "../protocol/errors";
import {
  containsUnknown,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  stripSecrets,
  UNKNOWN,
} from "../protocol/properties";
import {
  type CheckFailure,
  type ResourceProvider,
  WITHOUT_CONFIGURATION,
} from "../protocol/provider";

const UUID = "random:index/randomUuid:RandomUuid";

/** @see https://github.com/pulumi/pulumi-random/tree/v4.21.2/provider */
export const randomProvider: ResourceProvider = {
  ...WITHOUT_CONFIGURATION,

  check: async ({ type, news }) => {
    if (type !== UUID) {
      throw unsupported("resource", type);
    }
    const { keepers = null } = news;
    const inputs: PropertyMap = keepers === null ? {} : { keepers };
    return { inputs, failures: failuresOf(keepers) };
  },

  /** A change of keepers requests a new value. */
  diff: async ({ oldInputs, news }) => ({
    detailedDiff: diffProperties(oldInputs, news, () => true),
  }),

  create: async ({ properties, preview }) => {
    if (preview) {
      return { id: "", properties: { ...properties, result: UNKNOWN } };
    }
    const result = randomUUID();
    return { id: result, properties: { ...properties, result } };
  },

  read: async ({ id, properties, inputs }) => ({ id, properties, inputs }),

  /** Only the engine can request it: any difference requires a new resource. */
  update: async ({ olds, news }) => ({ ...olds, ...news }),

  delete: async () => {},

  invoke: async ({ token }) => {
    throw unsupported("function", token);
  },
};

function failuresOf(keepers: PropertyValue): CheckFailure[] {
  const plain = containsUnknown(keepers) ? null : stripSecrets(keepers);
  const isRight =
    plain === null ||
    (isPropertyMap(plain) && Object.values(plain).every((value) => typeof value === "string"));
  return isRight ? [] : [{ property: "keepers", reason: "must be an object of strings" }];
}

function unsupported(what: string, token: string): ProviderError {
  return new ProviderError(
    `${what} ${token} is not in this minimal stand-in plugin, which has only ${UUID}; install the official random plugin`,
    status.UNIMPLEMENTED,
  );
}
