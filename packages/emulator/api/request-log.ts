/** A logged request, without its body, which may contain secrets. */
export interface LoggedRequest {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly requestId: string;
  /** False for a route that the emulator does not have. */
  readonly implemented: boolean;
  /** Fields of the body that DigitalOcean would ignore. */
  readonly unknownFields: readonly string[];
}

const KEPT = 5000;

/** The last requests, so that a test can check what a client requested. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];

  public add(request: LoggedRequest): void {
    this.requests.push(request);
    if (this.requests.length > KEPT) {
      this.requests.shift();
    }
  }

  public list(): readonly LoggedRequest[] {
    return this.requests;
  }
}
