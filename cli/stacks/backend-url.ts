import { existsSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { UserError } from "../../core/errors";
import { isObject, parseObject } from "./json";

const PULUMI_CLOUD = "https://api.pulumi.com";
const FILE_SCHEME = "file://";

/**
 * The URL of the backend that `pulumi` uses when it is run in the project's folder: the environment's, or else the
 * project's, or else the one that was logged in to last, or else Pulumi Cloud.
 *
 * @returns that of a folder with an absolute path
 * @throws {UserError} when what was logged in to cannot be read
 * @see https://www.pulumi.com/docs/iac/concepts/state-and-backends/; the order is that of pkg/workspace/creds.go of
 *   Pulumi 3.259
 */
export function backendUrl(env: NodeJS.ProcessEnv, projectFolder: string): string {
  const url =
    env.PULUMI_BACKEND_URL ||
    urlOfProject(join(projectFolder, "Pulumi.yaml")) ||
    urlOfLogin(env) ||
    env.PULUMI_API ||
    PULUMI_CLOUD;
  return url.startsWith(FILE_SCHEME) ? absolute(url, projectFolder) : url;
}

function urlOfProject(file: string): string | undefined {
  const project: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
  const backend = isObject(project) ? project.backend : undefined;
  return isObject(backend) && typeof backend.url === "string" ? backend.url : undefined;
}

function urlOfLogin(env: NodeJS.ProcessEnv): string | undefined {
  const home = env.PULUMI_CREDENTIALS_PATH || env.PULUMI_HOME || join(homeFolder(), ".pulumi");
  const file = join(home, "credentials.json");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (text === "") {
    return undefined;
  }
  try {
    const { current, $pulumiSecureStore: isEncrypted } = parseObject(text);
    if (isEncrypted !== undefined) {
      throw new Error("it is encrypted");
    }
    return typeof current === "string" ? current : undefined;
  } catch (cause) {
    throw new UserError(
      `which backend pulumi is logged in to cannot be read from ${file}: ${(cause as Error).message}`,
      "export PULUMI_BACKEND_URL=<url>   # `pulumi whoami --verbose` prints it",
      { cause },
    );
  }
}

/** A relative path starts in pulumi's folder; `~` is the user's home. */
function absolute(url: string, projectFolder: string): string {
  const [location = "", ...query] = url.slice(FILE_SCHEME.length).split("?");
  const folder = decoded(location, url).replace(/^~(?=\/|$)/, homeFolder());
  return [pathToFileURL(resolve(projectFolder, folder)).href, ...query].join("?");
}

function decoded(location: string, url: string): string {
  try {
    return decodeURIComponent(location);
  } catch (cause) {
    throw new UserError(`${url} is not a URL`, "write a percent sign in it as %25", { cause });
  }
}

/** Pulumi goes by the system's list of users, not by $HOME. */
function homeFolder(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir(); // A container's user is in no list.
  }
}
