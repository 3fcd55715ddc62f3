import { timingSafeEqual } from "node:crypto";
import type { ApiTokens } from "../account/api-tokens";
import { unauthorized } from "../account/errors";

/** The rights of a request's token. */
export interface Grant {
  readonly token: string;
  /** Undefined: full access. */
  readonly scopes: readonly string[] | undefined;
}

/** Checks the account's tokens. */
export class Authentication {
  /** @param fullAccess - the token with full access */
  public constructor(
    private readonly fullAccess: string,
    private readonly tokens: ApiTokens,
  ) {}

  /**
   * Identifies the sender of an `Authorization` header.
   * @throws ApiError 401
   */
  public grant(header: string | undefined): Grant {
    const token = /^Bearer\s+(.+)$/i.exec(header ?? "")?.[1] ?? "";
    if (isSame(token, this.fullAccess)) {
      return { token, scopes: undefined };
    }
    const scopes = this.tokens.scopesOf(token);
    if (!scopes) {
      throw unauthorized();
    }
    return { token, scopes };
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
