/** Runs a plugin as the engine expects: start, port and end. */
import { fstatSync } from "node:fs";
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { CHANNEL_OPTIONS } from "./channel";
import type { ResourceProvider } from "./provider";
import { providerService } from "./service";

/**
 * Serves a resource provider until the engine ends it.
 *
 * @param version - the reported version, that of the replaced official plugin
 */
export async function serveProvider(provider: ResourceProvider, version: string): Promise<void> {
  const cancellation = new AbortController();
  await servePlugin(
    ResourceProviderService,
    providerService({ provider, version, cancellation }),
    cancellation,
  );
}

/**
 * Serves one gRPC service on a free port of the loopback interface, and writes that port as the first line of the
 * standard output, where the engine reads it.
 *
 * The engine ends a plugin with SIGINT. When the engine itself is killed, it closes the standard input instead.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/plugin.go
 * @param cancellation - aborts before the process exits: listeners end their children, synchronously
 */
export async function servePlugin(
  definition: ServiceDefinition,
  implementation: UntypedServiceImplementation,
  cancellation: AbortController,
): Promise<void> {
  const server = new Server(CHANNEL_OPTIONS);
  server.addService(definition, implementation);
  const port = await listen(server);

  const exit = (reason: string): void => {
    cancellation.abort(new Error(reason));
    process.exit(0);
  };
  process.once("SIGINT", () => exit("the plugin was interrupted"));
  process.once("SIGTERM", () => exit("the plugin was terminated"));
  whenStandardInputCloses(() => exit("the engine is gone"));

  process.stdout.write(`${port}\n`);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error !== null) {
        reject(error);
        return;
      }
      resolve(port);
    });
  });
}

/** Only a pipe shows that its other end is closed: a file or `/dev/null` is at its end from the start. */
function whenStandardInputCloses(callback: () => void): void {
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) {
    process.stdin.once("end", callback).once("error", callback).resume();
  }
}
