import type { Clock } from "../clock";
import type { ClusterIdentity } from "./cloud-port";
import type { Store } from "./store";
import { timestamp } from "./time";
import { hashOf, newToken } from "./token";

/** Default lifetime of a token. @see `expiry_seconds` in DigitalOcean's OpenAPI */
const DEFAULT_LIFE_SECONDS = 7 * 24 * 3600;

/** Tokens for the API servers of clusters. */
export class Credentials {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a token for a cluster.
   * @param lifeSeconds - 0 means seven days
   */
  public issue(clusterId: string, lifeSeconds: number): { token: string; expiresAt: string } {
    this.forgetExpired();
    const token = newToken();
    const life = (lifeSeconds || DEFAULT_LIFE_SECONDS) * 1000;
    const expiresAt = timestamp(new Date(this.clock.now().getTime() + life));
    this.store.clusterTokens.put({ id: hashOf(token), clusterId, expiresAt });
    return { token, expiresAt };
  }

  /** Returns the user of a token, or undefined when it is unknown, expired or for another cluster. */
  public identify(clusterId: string, token: string): ClusterIdentity | undefined {
    const known = this.store.clusterTokens.find(hashOf(token));
    const valid = known?.clusterId === clusterId && this.isAlive(known.expiresAt);
    return valid ? this.user() : undefined;
  }

  /**
   * The user of every token. Everybody who may ask the account for one administers its clusters, by a binding
   * of this group that every cluster has.
   */
  public user(): ClusterIdentity {
    const { email, uuid } = this.store.profile;
    return { username: email, uid: uuid, groups: ["k8saas:authenticated"] };
  }

  /** Forgets all tokens of a cluster. */
  public revoke(clusterId: string): void {
    for (const token of this.store.clusterTokens.all()) {
      if (token.clusterId === clusterId) {
        this.store.clusterTokens.remove(token.id);
      }
    }
  }

  private forgetExpired(): void {
    for (const token of this.store.clusterTokens.all()) {
      if (!this.isAlive(token.expiresAt)) {
        this.store.clusterTokens.remove(token.id);
      }
    }
  }

  private isAlive(expiresAt: string): boolean {
    return this.clock.now().getTime() < Date.parse(expiresAt);
  }
}
