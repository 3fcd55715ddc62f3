import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { UserError } from "../../core/errors";

const ROOT = join(__dirname, "../..");

/** A Kubernetes object, as far as the tests look at it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface Service extends Manifest {
  readonly spec: {
    readonly type?: string;
    readonly selector: Labels;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  };
}

export interface Deployment extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: { readonly containers: readonly Container[] };
    };
  };
}

export interface Container {
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly resources: Readonly<
    Record<"requests" | "limits", Readonly<Record<"cpu" | "memory", string>>>
  >;
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

/** One of `exec` (which needs no port) and the three that name one. */
export type Probe = Partial<
  Record<"grpc" | "httpGet" | "tcpSocket", { readonly port: string | number }>
>;

type Labels = Readonly<Record<string, string>>;

/** What kustomize makes of a folder of this repository, as YAML. */
export function kustomize(folder: string): string {
  try {
    return execFileSync("kubectl", ["kustomize", folder], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    // Not `instanceof Error`: jest gives a test its own globals, and this error comes from outside them.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new UserError("kubectl is not on PATH", "run `make test`, which puts it there", {
        cause: error,
      });
    }
    throw error;
  }
}

/** What kustomize makes of a folder of this repository, as objects. */
export function build(folder: string): Manifest[] {
  return parseAllDocuments(kustomize(folder)).map((document) => document.toJS() as Manifest);
}

/** The objects of a kind, sorted by name. */
export function ofKind<T extends Manifest>(objects: readonly Manifest[], kind: T["kind"]): T[] {
  const found = objects.filter((each): each is T => each.kind === kind);
  return found.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

export function nameOf(object: Manifest): string {
  return object.metadata.name;
}

/** The object of that name. */
export function named<T extends Manifest>(objects: readonly T[], name: string): T {
  const found = objects.find((each) => nameOf(each) === name);
  if (!found) {
    throw new Error(`there is no ${name} among ${objects.map(nameOf).join(", ")}`);
  }
  return found;
}

/** The one container of a Deployment of the shop. */
export function serverOf(deployment: Deployment): Container {
  const [server] = deployment.spec.template.spec.containers;
  if (!server) {
    throw new Error(`the Deployment ${nameOf(deployment)} has no container`);
  }
  return server;
}
