import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findFreePort } from "./processes/free-port";

/** The components of a control plane that are clients of the API server, with their users there. */
const IDENTITIES = {
  /** DigitalOcean's controllers for nodes, load balancers and volumes. */
  cloud: { user: "digitalocean:cloud", groups: ["system:masters"] },
  controllerManager: { user: "system:kube-controller-manager", groups: [] },
  scheduler: { user: "system:kube-scheduler", groups: [] },
  kwok: { user: "system:kwok", groups: [] },
} as const;

/** Name of a component with its own identity. */
export type Component = keyof typeof IDENTITIES;

const COMPONENTS = Object.keys(IDENTITIES) as Component[];

interface Saved {
  readonly port: number;
  readonly kubeletPort: number;
  readonly tokens: Readonly<Record<Component, string>>;
}

/** The files of a control plane, which preserve the cluster across restarts. */
export class ClusterFiles {
  private constructor(
    /** Folder of all data that is not in etcd. */
    public readonly directory: string,
    private readonly saved: Saved,
  ) {}

  /** Opens the files of a cluster, and creates them if they do not exist. */
  public static async open(directory: string): Promise<ClusterFiles> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, "cluster.json");
    if (!existsSync(path)) {
      const token = () => randomBytes(32).toString("hex");
      const saved: Saved = {
        port: await findFreePort(),
        kubeletPort: await findFreePort(),
        tokens: { cloud: token(), controllerManager: token(), scheduler: token(), kwok: token() },
      };
      writeSecret(path, JSON.stringify(saved));
    }
    const files = new ClusterFiles(directory, JSON.parse(readFileSync(path, "utf8")) as Saved);
    files.writeTokens();
    files.writeServiceAccountKey();
    return files;
  }

  /** Name of the control plane, its folder, its keys in etcd and its processes. */
  public get id(): string {
    return basename(this.directory);
  }

  /** `https://127.0.0.1:<port>` of the API server. */
  public get endpoint(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  public get port(): number {
    return this.saved.port;
  }

  /** Address at which the API server reaches the kubelet of any node, e.g. for logs. */
  public get kubeletPort(): number {
    return this.saved.kubeletPort;
  }

  /** Folder of the certificate that the API server creates at its first start. */
  public get certificateDirectory(): string {
    return join(this.directory, "certificates");
  }

  /** PEM: the serving certificate and the authority that signed it. Exists once the API server has started. */
  public get certificateFile(): string {
    return join(this.certificateDirectory, "apiserver.crt");
  }

  public get certificateKeyFile(): string {
    return join(this.certificateDirectory, "apiserver.key");
  }

  public get serviceAccountKeyFile(): string {
    return join(this.directory, "service-account.key");
  }

  public get tokenFile(): string {
    return join(this.directory, "tokens.csv");
  }

  public get tokenReviewConfigFile(): string {
    return join(this.directory, "token-review.kubeconfig");
  }

  public kubeconfigFile(component: Component): string {
    return join(this.directory, `${component}.kubeconfig`);
  }

  public path(name: string): string {
    return join(this.directory, name);
  }

  public token(component: Component): string {
    return this.saved.tokens[component];
  }

  /** Configures the API server's webhook that checks user tokens. */
  public writeTokenReviewConfig(url: string): void {
    writeSecret(this.tokenReviewConfigFile, kubeconfig({ server: url }, {}));
  }

  /** Writes the kubeconfigs of the components. */
  public writeKubeconfigs(): void {
    const cluster = { server: this.endpoint, "certificate-authority": this.certificateFile };
    for (const component of COMPONENTS) {
      writeSecret(
        this.kubeconfigFile(component),
        kubeconfig(cluster, { token: this.token(component) }),
      );
    }
  }

  private writeTokens(): void {
    const lines = COMPONENTS.map((component) => {
      const { user, groups } = IDENTITIES[component];
      return `${this.token(component)},${user},${user},"${groups.join(",")}"`;
    });
    writeSecret(this.tokenFile, `${lines.join("\n")}\n`);
  }

  /** The key that signs service account tokens: kept, or the pods of a resumed cluster would be locked out. */
  private writeServiceAccountKey(): void {
    if (existsSync(this.serviceAccountKeyFile)) {
      return;
    }
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeSecret(this.serviceAccountKeyFile, privateKey.export({ type: "sec1", format: "pem" }));
  }
}

/** A kubeconfig with one context. JSON, which is valid YAML. */
function kubeconfig(cluster: object, user: object): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster }],
    users: [{ name: "user", user }],
    contexts: [{ name: "context", context: { cluster: "cluster", user: "user" } }],
    "current-context": "context",
  });
}

function writeSecret(path: string, content: string | Buffer): void {
  writeFileSync(path, content, { mode: 0o600 });
}
