import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { UserError } from "../errors";
import { replaceFile } from "../replace-file";
import { Collection, type Entity } from "./collection";
import type * as entity from "./entities";
import { timestamp } from "./time";

/** Changes that no request waits for (traffic, the progress of a cluster) reach the disk within this time. */
const SAVE_DELAY_MS = 250;
/** Version of the file's format, raised for changes that older emulators cannot read. */
const FORMAT = 1;
/** The limits of a new account. @see https://docs.digitalocean.com/products/droplets/details/limits/ */
const DROPLET_LIMIT = 25;
const VOLUME_LIMIT = 100;

interface StoredAccount {
  readonly format: number;
  readonly profile: entity.Profile;
  readonly clockOffsetMs: number;
  readonly lastNumber: number;
  readonly collections: Readonly<Record<string, readonly Entity[] | undefined>>;
}

/** The account's data, in one JSON file that is replaced as a whole. */
export class Store {
  public readonly profile: entity.Profile;
  public readonly apiTokens = new Collection<entity.ApiToken>();
  public readonly clusters = new Collection<entity.Cluster>();
  public readonly retiredClusters = new Collection<entity.RetiredCluster>();
  public readonly clusterTokens = new Collection<entity.ClusterToken>();
  public readonly droplets = new Collection<entity.Droplet>();
  public readonly loadBalancers = new Collection<entity.LoadBalancer>();
  public readonly domains = new Collection<entity.Domain>();
  public readonly domainRecords = new Collection<entity.DomainRecord>();
  public readonly certificates = new Collection<entity.Certificate>();
  public readonly traffic = new Collection<entity.Traffic>();
  public readonly volumes = new Collection<entity.Volume>();
  public readonly volumeSnapshots = new Collection<entity.VolumeSnapshot>();
  public readonly actions = new Collection<entity.Action>();
  public readonly registries = new Collection<entity.Registry>();
  public readonly registrySubscription = new Collection<entity.RegistrySubscription>();
  public readonly imageManifests = new Collection<entity.ImageManifest>();
  public readonly imageTags = new Collection<entity.ImageTag>();
  public readonly garbageCollections = new Collection<entity.GarbageCollection>();
  public readonly projects = new Collection<entity.Project>();
  public readonly projectAssignments = new Collection<entity.ProjectAssignment>();
  public readonly vpcs = new Collection<entity.Vpc>();
  public readonly tags = new Collection<entity.Tag>();
  public readonly usage = new Collection<entity.Usage>();

  private lastNumber: number;
  private offsetMs: number;
  private pendingSave: NodeJS.Timeout | undefined;

  /** Reads the account from a file, or starts a new one if there is none. @throws UserError if it cannot be read. */
  public constructor(
    private readonly file: string,
    now: Date,
  ) {
    const stored = readAccount(file);
    this.profile = stored?.profile ?? newProfile(now);
    this.lastNumber = stored?.lastNumber ?? 400_000_000;
    this.offsetMs = stored?.clockOffsetMs ?? 0;
    for (const [name, collection] of this.collections()) {
      collection.load(stored?.collections[name] ?? [], () => this.saveSoon());
    }
    if (!stored) {
      this.saveSoon();
    }
  }

  /** The next free number, for ids that are numbers (Droplets, actions). */
  public nextNumber(): number {
    this.lastNumber += 1;
    this.saveSoon();
    return this.lastNumber;
  }

  /** Milliseconds by which the account's clock is ahead of the machine's. */
  public get clockOffsetMs(): number {
    return this.offsetMs;
  }

  public set clockOffsetMs(offsetMs: number) {
    this.offsetMs = offsetMs;
    this.saveSoon();
  }

  /** Writes the changes. Written data survives any end of this process. */
  public flush(): void {
    if (!this.pendingSave) {
      return;
    }
    clearTimeout(this.pendingSave);
    this.pendingSave = undefined;
    const stored: StoredAccount = {
      format: FORMAT,
      profile: this.profile,
      clockOffsetMs: this.offsetMs,
      lastNumber: this.lastNumber,
      collections: Object.fromEntries(
        this.collections().map(([name, collection]) => [name, collection.all()]),
      ),
    };
    replaceFile(this.file, JSON.stringify(stored));
  }

  private saveSoon(): void {
    this.pendingSave ??= setTimeout(() => this.flush(), SAVE_DELAY_MS);
  }

  private collections(): [string, Collection<Entity>][] {
    return Object.entries(this).filter(
      (property): property is [string, Collection<Entity>] => property[1] instanceof Collection,
    );
  }
}

function readAccount(file: string): StoredAccount | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const fix = "run `make clean` (the emulated account starts afresh), or put the file right";
  let stored: StoredAccount;
  try {
    stored = JSON.parse(readFileSync(file, "utf8")) as StoredAccount;
  } catch (cause) {
    throw new UserError(`the emulated account in ${file} cannot be read`, fix, { cause });
  }
  if (stored.format !== FORMAT) {
    throw new UserError(
      `the emulated account in ${file} has format ${stored.format}, this emulator reads ${FORMAT}`,
      fix,
    );
  }
  return stored;
}

function newProfile(now: Date): entity.Profile {
  return {
    uuid: randomUUID(),
    email: "developer@example.com",
    name: "Developer",
    team: { uuid: randomUUID(), name: "My Team" },
    dropletLimit: DROPLET_LIMIT,
    floatingIpLimit: 3,
    volumeLimit: VOLUME_LIMIT,
    createdAt: timestamp(now),
  };
}
