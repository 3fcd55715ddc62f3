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
 * Returns the URL of the backend that `pulumi` uses in the project's folder: from the environment, the project, the last
 * login, or else Pulumi Cloud. The URL of a folder is made absolute.
 *
 * @throws {UserError} when the file of the last login cannot be read
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
      `cannot read from ${file} which backend pulumi is logged in to: ${(cause as Error).message}`,
      "export PULUMI_BACKEND_URL=<url>   # `pulumi whoami --verbose` prints it",
      { cause },
    );
  }
}

/** Makes a file URL absolute: Pulumi resolves it against the project's folder, and `~` to the user's home. */
function absolute(url: string, projectFolder: string): string {
  const [location = "", ...query] = url.slice(FILE_SCHEME.length).split("?");
  const folder = decoded(location, url).replace(/^~(?=\/|$)/, homeFolder());
  return [pathToFileURL(resolve(projectFolder, folder)).href, ...query].join("?");
}

function decoded(location: string, url: string): string {
  try {
    return decodeURIComponent(location);
  } catch (cause) {
    throw new UserError(`${url} is not a valid URL`, "write a percent sign in it as %25", {
      cause,
    });
  }
}

/** Pulumi reads the home folder from the system's user database, not from $HOME. */
function homeFolder(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir(); // A container's user may be missing from the database.
  }
}
