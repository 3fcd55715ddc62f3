/** Errors of requests to an API server. */
import { z } from "zod";

const statusBody = z.object({
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .object({
      kind: z.string().optional(),
      causes: z
        .array(z.object({ reason: z.string().optional(), field: z.string().optional() }))
        .optional(),
    })
    .optional(),
});

type Status = z.infer<typeof statusBody>;

/** The API server's refusal. */
export class KubernetesError extends Error {
  public override readonly name = "ApiError";

  public constructor(
    /** HTTP status. */
    public readonly code: number,
    message: string,
    /** Kubernetes' reason, such as `AlreadyExists`. */
    public readonly reason: string,
    public readonly details: Status["details"],
  ) {
    super(message);
  }

  /** Reads the body of a refusal, which is a `Status` unless a proxy answered. */
  public static from(code: number, body: string): KubernetesError {
    const parsed = statusBody.safeParse(parse(body));
    const { message, reason, details } = parsed.success ? parsed.data : {};
    return new KubernetesError(
      code,
      message ?? `the API server answered ${code}: ${body}`,
      reason ?? "",
      details,
    );
  }

  public get isNotFound(): boolean {
    return this.code === 404;
  }

  /** The namespace of a new object does not exist. */
  public get isNamespaceNotFound(): boolean {
    return this.isNotFound && this.details?.kind === "namespaces";
  }

  public get isConflict(): boolean {
    return this.code === 409 && this.reason === "Conflict";
  }

  public get isAlreadyExists(): boolean {
    return this.code === 409 && this.reason === "AlreadyExists";
  }

  /** The resource version of a watch is too old. */
  public get isExpired(): boolean {
    return this.code === 410;
  }
}

/** The API server does not serve the kind: a custom resource without its definition. */
export class NoSuchKindError extends Error {
  public override readonly name = "NoSuchKindError";

  public constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
