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
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  InvokeResult,
  ReadRequest,
  ReadResult,
  ResourceProvider,
  UpdateRequest,
} from "../protocol/provider";

const UUID = "random:index/randomUuid:RandomUuid";

/** @see https://github.com/pulumi/pulumi-random/tree/v4.21.2/provider */
export class RandomProvider implements ResourceProvider {
  public async checkConfig({ news }: CheckRequest): Promise<CheckResult> {
    return { inputs: news };
  }

  public async diffConfig(): Promise<DiffResult> {
    return { detailedDiff: {} };
  }

  public async configure(): Promise<void> {}

  public async check({ type, news }: CheckRequest): Promise<CheckResult> {
    if (type !== UUID) {
      throw unsupported("resource", type);
    }
    const { keepers = null } = news;
    return { inputs: keepers === null ? {} : { keepers }, failures: failuresOf(keepers) };
  }

  /** Keepers are there to ask for a new value. */
  public async diff({ oldInputs, news }: DiffRequest): Promise<DiffResult> {
    return { detailedDiff: diffProperties(oldInputs, news, () => true) };
  }

  public async create({ properties, preview }: CreateRequest): Promise<CreateResult> {
    if (preview) {
      return { id: "", properties: { ...properties, result: UNKNOWN } };
    }
    const result = randomUUID();
    return { id: result, properties: { ...properties, result } };
  }

  public async read({ id, properties, inputs }: ReadRequest): Promise<ReadResult> {
    return { id, properties, inputs };
  }

  /** Only the engine's bookkeeping can ask for it: whatever differs needs a new resource. */
  public async update({ olds, news }: UpdateRequest): Promise<PropertyMap> {
    return { ...olds, ...news };
  }

  public async delete(): Promise<void> {}

  public async invoke({ token }: InvokeRequest): Promise<InvokeResult> {
    throw unsupported("function", token);
  }
}

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
