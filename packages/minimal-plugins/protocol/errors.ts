/** Errors of a provider, and their form for the engine. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { describeError } from "../errors";
import { encode, type PropertyMap } from "./properties";

/** A request that a provider cannot answer. Other errors are reported in the same way. */
export class ProviderError extends Error {
  public override readonly name = "ProviderError";

  /**
   * @param code how the engine judges it. It takes the default, `UNKNOWN`, for a fault that may have left
   * something behind, as it takes every error of the official providers.
   */
  public constructor(
    message: string,
    public readonly code: status = status.UNKNOWN,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The resource exists, but not as requested: the engine keeps it in the state, and shows the reasons. */
export class InitializationFailedError extends Error {
  public override readonly name = "InitializationFailedError";

  /**
   * @param id the id of the resource that exists.
   * @param properties its outputs, as far as they are known.
   * @param reasons what went wrong, one sentence each.
   * @param inputs its inputs; for a read only.
   */
  public constructor(
    public readonly id: string,
    public readonly properties: PropertyMap,
    public readonly reasons: string[],
    public readonly inputs?: PropertyMap,
  ) {
    super(reasons.join("; "));
  }
}

/** The detail of a gRPC status travels in this trailer, as a `google.rpc.Status`. */
const DETAILS_TRAILER = "grpc-status-details-bin";

/** The gRPC answer to a request whose handler threw. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  if (error instanceof InitializationFailedError) {
    return initializationFailed(error);
  }
  return {
    code: error instanceof ProviderError ? error.code : status.UNKNOWN,
    details: describeError(error),
  };
}

function initializationFailed(error: InitializationFailedError): Partial<ServiceError> {
  const detail = new ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(encode(error.properties))
    .setReasonsList(error.reasons)
    .setInputs(error.inputs && encode(error.inputs));
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status().setCode(status.UNKNOWN).setMessage(error.message);
  answer.addDetails(packed);

  const metadata = new Metadata();
  metadata.add(DETAILS_TRAILER, Buffer.from(answer.serializeBinary()));
  return { code: status.UNKNOWN, details: error.message, metadata };
}
