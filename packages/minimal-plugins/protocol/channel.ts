/**
 * Options for every connection between a plugin and the engine: a property may be a whole file, far beyond
 * gRPC's default of 4 MiB a message.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/util/rpcutil/serve.go
 */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
} as const;
