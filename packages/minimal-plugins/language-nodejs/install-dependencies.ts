/** Installs a program's npm packages. */
import { spawn } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
} from "@pulumi/pulumi/proto/language_pb.js";
import { UserError } from "../errors";
import { parseRuntimeOptions } from "./runtime-options";

/**
 * Runs `npm install` where the program is, and streams what it prints.
 *
 * @throws {UserError} when npm cannot be started or fails.
 */
export async function installDependencies(
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): Promise<void> {
  const info = call.request.getInfo();
  parseRuntimeOptions(info?.getOptions());
  const npm = spawn("npm", ["install", "--loglevel=error"], {
    cwd: info?.getProgramDirectory() ?? call.request.getDirectory(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  call.once("cancelled", () => npm.kill());
  npm.stdout.on("data", (chunk: Buffer) => {
    call.write(new InstallDependenciesResponse().setStdout(chunk));
  });
  npm.stderr.on("data", (chunk: Buffer) => {
    call.write(new InstallDependenciesResponse().setStderr(chunk));
  });

  const code = await new Promise<number | null>((resolve, reject) => {
    npm.once("error", reject);
    npm.once("close", resolve);
  });
  if (code !== 0) {
    throw new UserError(
      `npm install failed with exit code ${code ?? "none (killed)"}`,
      "see npm's own message above",
    );
  }
}
