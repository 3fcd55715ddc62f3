import { UserError } from "../../core/errors";
import { excerpt } from "./excerpt";

/** The cluster knows the user, and does not allow the request. */
export class ForbiddenError extends UserError {
  public override readonly name = "ForbiddenError";
}

/** The common fields of request errors: the client library's have an HTTP code, Node's a system code. */
interface RequestFailure {
  readonly code?: number | string;
  readonly body?: unknown;
  readonly name?: string;
  readonly message?: string;
}

export interface KubernetesRequest {
  readonly server: string;
  /** E.g. `list Pods in alice-dev`. */
  readonly does: string;
  readonly timeoutSeconds: number;
  readonly stack: string;
}

/** Returns the error of a failed request, with its fix. */
export function requestError(cause: unknown, request: KubernetesRequest): UserError {
  const { code, body, name, message } = cause as RequestFailure;
  const { server, does, stack } = request;
  if (code === 401) {
    return new UserError(
      `the cluster at ${server} does not accept the credential of its kubeconfig (401)`,
      "check that DIGITALOCEAN_TOKEN is for the environment's account, and try again",
      { cause },
    );
  }
  if (code === 403) {
    return new ForbiddenError(
      `the cluster does not allow this credential to ${does}: ${statusMessage(body)}`,
      "use a token of the environment's DigitalOcean account, or ask for a role that allows it",
      { cause },
    );
  }
  if (typeof code === "number") {
    return new UserError(
      `the cluster at ${server} answered ${code} to the request to ${does}: ${statusMessage(body)}`,
      "try again in a minute",
      { cause },
    );
  }
  const isLate = name === "AbortError" || name === "TimeoutError";
  return new UserError(
    isLate
      ? `the cluster at ${server} does not answer within ${request.timeoutSeconds} s`
      : `the cluster at ${server} cannot be reached: ${excerpt(message ?? String(cause))}`,
    `check the network; if the cluster was deleted, \`doks-env down ${stack}\` removes the rest`,
    { cause },
  );
}

/** Returns the error of a failed exec plugin. Ours prints the fix itself. */
export function credentialError(cause: unknown): UserError {
  const [message = "", fix] = describe(cause).split(/\n\s*fix: /);
  return new UserError(
    `there is no credential for the cluster: ${excerpt(message)}`,
    fix ? excerpt(fix) : "doks-env doctor   # shows what is missing",
    { cause },
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the message of the Status object in the API server's response; a proxy in front of it may send another text. */
function statusMessage(body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return excerpt(typeof message === "string" ? message : text);
  } catch {
    // For example a load balancer's page.
    return excerpt(text);
  }
}
