/** The gRPC service `pulumirpc.LanguageRuntime` for programs that run in node. */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/language_pb.js";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { toServiceError } from "../protocol/errors";
import { installDependencies } from "./install-dependencies";
import {
  installedPackages,
  type PackageManifest,
  readManifest,
  requiredPlugin,
} from "./installed-packages";
import { runProgram } from "./run-program";

export interface LanguageHostOptions {
  /** The version the host reports. */
  readonly version: string;
  /** Host and port of the engine; empty until it attaches. */
  readonly engineAddress: string;
  /** Aborted to interrupt the program. */
  readonly cancellation: AbortController;
}

/** The handlers of the methods that `pulumi up` and similar commands call; gRPC answers UNIMPLEMENTED for code generation and packing. */
export function languageHostService(options: LanguageHostOptions): UntypedServiceImplementation {
  const { version, cancellation } = options;
  let { engineAddress } = options;

  return {
    handshake: unary(async (request: messages.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),

    getPluginInfo: unary(async () => new PluginInfo().setVersion(version)),

    getRequiredPackages: unary(async (request: messages.GetRequiredPackagesRequest) =>
      new messages.GetRequiredPackagesResponse().setPackagesList(
        requiredPackages(programDirectory(request.getInfo())),
      ),
    ),

    run: unary((request: messages.RunRequest, cancelled) =>
      runProgram(request, engineAddress, AbortSignal.any([cancelled, cancellation.signal])),
    ),

    about: unary(async (request: messages.AboutRequest) =>
      about(programDirectory(request.getInfo())),
    ),

    getProgramDependencies: unary(async (request: messages.GetProgramDependenciesRequest) =>
      new messages.GetProgramDependenciesResponse().setDependenciesList(
        programDependencies(
          programDirectory(request.getInfo()),
          request.getTransitivedependencies(),
        ),
      ),
    ),

    installDependencies: installDependenciesHandler,

    // npm is the only supported package manager.
    runtimeOptionsPrompts: unary(async () => new messages.RuntimeOptionsResponse()),

    template: unary(async () => new messages.TemplateResponse()),

    cancel: unary(async () => {
      cancellation.abort(new Error("the update was cancelled"));
      return new Empty();
    }),
  };
}

/** @param handle - gets the request, and a signal that aborts when the engine cancels it */
function unary<Request, Response>(
  handle: (request: Request, cancelled: AbortSignal) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const cancelled = new AbortController();
    call.once("cancelled", () => cancelled.abort(new Error("the engine cancelled the request")));
    handle(call.request, cancelled.signal).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

const installDependenciesHandler: handleServerStreamingCall<
  messages.InstallDependenciesRequest,
  messages.InstallDependenciesResponse
> = (call) => {
  installDependencies(call).then(
    () => call.end(),
    (error: unknown) => call.emit("error", toServiceError(error)),
  );
};

function programDirectory(info: messages.ProgramInfo | undefined): string {
  if (info === undefined) {
    throw new Error("the engine did not say where the program is");
  }
  return info.getProgramDirectory();
}

function requiredPackages(directory: string): PackageDependency[] {
  return installedPackages(directory).flatMap((manifest) => {
    const plugin = requiredPlugin(manifest);
    return plugin === undefined
      ? []
      : [
          new PackageDependency()
            .setKind("resource")
            .setName(plugin.name)
            .setVersion(plugin.version)
            .setServer(plugin.server),
        ];
  });
}

function programDependencies(directory: string, transitive: boolean): messages.DependencyInfo[] {
  const installed = installedPackages(directory);
  return (transitive ? installed : directDependencies(directory, installed)).map((manifest) =>
    new messages.DependencyInfo().setName(manifest.name ?? "").setVersion(manifest.version ?? ""),
  );
}

function directDependencies(
  directory: string,
  installed: readonly PackageManifest[],
): PackageManifest[] {
  const { dependencies, devDependencies } = readManifest(directory);
  return Object.keys({ ...dependencies, ...devDependencies }).flatMap(
    // The program's own copy comes first.
    (name) => installed.find((manifest) => manifest.name === name) ?? [],
  );
}

async function about(directory: string): Promise<messages.AboutResponse> {
  const response = new messages.AboutResponse()
    .setExecutable(process.execPath)
    .setVersion(process.version);
  const { stdout } = await promisify(execFile)("npm", ["--version"]);
  response
    .getMetadataMap()
    .set("packagemanager", "npm")
    .set("packagemanagerVersion", stdout.trim());
  const typescript = typescriptVersion(directory);
  if (typescript !== undefined) {
    response.getMetadataMap().set("typescriptVersion", typescript);
  }
  return response;
}

function typescriptVersion(directory: string): string | undefined {
  const require = createRequire(join(directory, "index.js"));
  try {
    return (require("typescript/package.json") as PackageManifest).version;
  } catch {
    // A JavaScript program does not need TypeScript.
    return undefined;
  }
}
