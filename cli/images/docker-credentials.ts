import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DOCKER_HUB } from "./image-location";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/**
 * Reads the credentials that `docker login` saved in `~/.docker/config.json` (or in the folder DOCKER_CONFIG). It reads `auths`
 * only: credential helpers are programs, and are not run.
 */
export class DockerCredentials {
  private constructor(private readonly config: DockerConfig) {}

  /** A missing or unreadable file counts as empty, because most registries answer without credentials. */
  public static read(env: NodeJS.ProcessEnv): DockerCredentials {
    const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker");
    try {
      const config: unknown = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
      return new DockerCredentials((config as DockerConfig | null) ?? {});
    } catch {
      return new DockerCredentials({});
    }
  }

  public of(registry: string): Credentials | undefined {
    const [, entry] =
      Object.entries(this.config.auths ?? {}).find(([key]) => registryOf(key) === registry) ?? [];
    const decoded = Buffer.from(entry?.auth ?? "", "base64").toString();
    const colon = decoded.indexOf(":");
    return colon < 0
      ? undefined
      : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }

  public helperOf(registry: string): string | undefined {
    const [, helper] =
      Object.entries(this.config.credHelpers ?? {}).find(([key]) => registryOf(key) === registry) ??
      [];
    return helper ?? this.config.credsStore;
  }
}

/** Keys are hosts, or addresses such as Docker Hub's `https://index.docker.io/v1/`. */
function registryOf(key: string): string {
  const [host = ""] = key.replace(/^https?:\/\//, "").split("/");
  return host === "index.docker.io" || host === "docker.io" ? DOCKER_HUB : host;
}
