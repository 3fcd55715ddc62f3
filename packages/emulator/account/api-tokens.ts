import type { Clock } from "../clock";
import type { Store } from "./store";
import { timestamp } from "./time";
import { hashOf, newToken } from "./token";

/** The account's tokens with custom scopes. The token with full access is in a separate file. */
export class ApiTokens {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Creates a token with these scopes, e.g. `kubernetes:read`. */
  public issue(scopes: readonly string[]): string {
    const token = newToken();
    const createdAt = timestamp(this.clock.now());
    this.store.apiTokens.put({ id: hashOf(token), scopes, createdAt });
    return token;
  }

  /** The scopes of a token, or undefined when it is unknown. */
  public scopesOf(token: string): readonly string[] | undefined {
    return this.store.apiTokens.find(hashOf(token))?.scopes;
  }
}
