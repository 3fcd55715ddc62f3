import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { namingTags, PRODUCT_TAG } from "../../core/digitalocean-tags";
import { checkpointOf, checkpointWith, outputsOf } from "../cli/stacks/support/checkpoints";
import { LocalBackend } from "../cli/stacks/support/local-backend";

/** The account that the fleet is in. */
export const ACCOUNT = { uuid: "team", name: "Fleet" };
const PROJECT = "ephemeral-doks";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const POLICY = {
  ...{ ttl: "7d", maxTtl: "30d", idleAfter: "3h", onIdle: "sleep", destroyAfterIdle: "14d" },
  ...{ protect: false, warnAhead: ["2d", "2h", "30m"] },
};

/** What becomes of an environment when it is judged. */
export type Life =
  /** Somebody has just used it: nothing is measured. */
  | "used"
  | "asleep"
  | "expired"
  /** Its stack knows of no use, its load balancer does. */
  | "visited"
  /** Nothing knows of any use, and everything is asked. */
  | "idle";

/** Of 40 environments. */
const SHARES: readonly Life[] = [
  ...Array.from({ length: 18 }, () => "used" as const),
  ...Array.from({ length: 16 }, () => "asleep" as const),
  ...Array.from({ length: 4 }, () => "expired" as const),
  "visited",
  "idle",
];

/** Has no divisor in common with their number, so that few environments are of several kinds, too. */
const MIX = 13;

export interface Member {
  readonly stack: string;
  readonly life: Life;
  readonly clusterId: string;
  readonly createdAt: string;
  readonly tags: readonly string[];
}

/** Many environments, half of them awake, on a local backend with its project beside it. */
export class Fleet {
  /** Where commands are run: a project with this checkout's settings. */
  public readonly folder: string;
  public readonly members: readonly Member[];
  private readonly backend = new LocalBackend(PROJECT);

  /** @param apiServer - origin and certificate of what answers for every cluster */
  public constructor(count: number, apiServer: { readonly url: string; readonly ca: string }) {
    this.folder = this.backend.folder;
    for (const file of readdirSync(".").filter((name) => /^Pulumi(\.\w+)?\.yaml$/.test(name))) {
      copyFileSync(file, join(this.folder, file));
    }
    this.members = Array.from({ length: count }, (_, index) => memberOf(index));
    for (const member of this.members) {
      if (member.life === "asleep") {
        this.addAsleep(member);
      } else {
        this.addAwake(member, apiServer);
      }
    }
  }

  public get backendUrl(): string {
    return this.backend.url;
  }

  public remove(): void {
    this.backend.remove();
  }

  private addAwake(member: Member, apiServer: { readonly url: string; readonly ca: string }): void {
    const { stack, life, clusterId, createdAt } = member;
    const outputs = {
      ...outputsOf(stack),
      account: ACCOUNT.uuid,
      clusterId,
      createdAt,
      expiresAt: timestamp(life === "expired" ? -DAY_MS : 4 * DAY_MS),
      policy: POLICY,
      kubeconfig: JSON.stringify({
        clusters: [
          {
            name: stack,
            cluster: { server: apiServer.url, "certificate-authority-data": apiServer.ca },
          },
        ],
      }),
    };
    const time = timestamp(-30 * HOUR_MS);
    this.backend.stack(stack, checkpointOf(stack, { project: PROJECT, time, outputs }));
    this.backend.tags(stack, {
      created: createdAt,
      ...(life === "used" ? { lastUsed: timestamp(-HOUR_MS) } : {}),
    });
  }

  /** Nothing in its state; how long it may be is in the history. */
  private addAsleep({ stack, createdAt }: Member): void {
    const asleep = timestamp(-30 * HOUR_MS);
    this.backend.stack(stack, checkpointWith(stack, { project: PROJECT, time: asleep }));
    this.backend.tags(stack, {
      created: createdAt,
      expires: timestamp(4 * DAY_MS),
      lastUsed: timestamp(-40 * HOUR_MS),
      asleep,
    });
    const history = `.pulumi/history/${PROJECT}/${stack}/${stack}`;
    const config = Object.fromEntries(
      Object.entries(POLICY).map(([name, value]) => [`${PROJECT}:${name}`, value]),
    );
    for (const [index, kind] of ["update", "destroy"].entries()) {
      const time = (BigInt(Date.parse(createdAt)) + BigInt(index)) * 1_000_000n;
      this.backend.write(`${history}-${time}.history.json`, JSON.stringify({ kind, config }));
    }
  }
}

function memberOf(index: number): Member {
  const stack = `person${index}-dev`;
  const clusterId = `0f4a8b6e-2b1c-4f0e-9f35-${index.toString(16).padStart(12, "0")}`;
  return {
    stack,
    life: SHARES[(index * MIX) % SHARES.length] ?? "used",
    clusterId,
    createdAt: timestamp(-3 * DAY_MS),
    tags: [PRODUCT_TAG, ...namingTags(PROJECT, stack), `k8s:${clusterId}`],
  };
}

function timestamp(later: number): string {
  return new Date(Date.now() + later).toISOString();
}
