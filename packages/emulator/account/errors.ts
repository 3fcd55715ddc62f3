/** An error response of the API: HTTP status, DigitalOcean's error id and message. */
export class ApiError extends Error {
  public override readonly name = "ApiError";

  public constructor(
    public readonly status: number,
    public readonly id: string,
    message: string,
  ) {
    super(message);
  }
}

/*
 * All errors that the API answers with.
 * Source: the `responses` of DigitalOcean's OpenAPI description; the texts of single rules are quoted from
 * reports of users where they are used.
 */

export const badRequest = (message: string) => new ApiError(400, "bad_request", message);
export const unauthorized = () => new ApiError(401, "unauthorized", "Unable to authenticate you.");
export const forbidden = (message: string) => new ApiError(403, "forbidden", message);
/** The response to a token without the required scope. Source: ansible-collections/community.digitalocean issue #375 */
export const unscoped = () => forbidden("You are not authorized to perform this operation");
export const notFound = (message = "The resource you requested could not be found.") =>
  new ApiError(404, "not_found", message);
export const conflict = (message: string) => new ApiError(409, "conflict", message);
export const preconditionFailed = (message: string) =>
  new ApiError(412, "precondition_failed", message);
export const unprocessable = (message: string) =>
  new ApiError(422, "unprocessable_entity", message);
export const tooManyRequests = (message = "API rate limit exceeded.") =>
  new ApiError(429, "too_many_requests", message);
export const serverError = () => new ApiError(500, "server_error", "Unexpected server-side error");
export const notImplemented = (method: string, path: string) =>
  new ApiError(501, "not_implemented", `The emulator does not implement ${method} ${path}.`);

/** The Kubernetes API's response to an invalid request. */
export const invalid = (message: string) => unprocessable(`validation error: ${message}`);
