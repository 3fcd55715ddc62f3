import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { physicalName } from "../../core/names";
import { isCustomGroup } from "../../core/rules/kinds";
import { type ClusterClient, openCluster } from "../cluster/client";
import { readSnapshot } from "../cluster/snapshot";
import { type Awaited, type Missing, type Wait, waitsOf } from "../cluster/waiting";
import type { Followed } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import type { ProgressLines } from "../terminal/progress";

const POLL_MS = 2_000;
/** How long nothing may change before an update is ended that waits for what cannot change. */
const SETTLED_MS = 8_000;
/** How long an update that has failed may wait for what it has begun before: nothing more is created. */
const FAILED_MS = 30_000;
/** How long something waits for the same reason before it is told. */
const TELLING_MS = 6_000;

const SMOKE_TEST = "command:local:Command";
/** Resources that are not objects of the cluster: they do nothing themselves. */
const COMPONENT = /^(ephemeral-doks|pulumi|kubernetes:kustomize)/;

interface Begun extends Awaited {
  readonly group: string;
}

/** What is known of the tree that comes up. */
export interface WatchedTree {
  /** Name of the Service that the smoke test asks. @default - there is none */
  readonly entry?: string;
  /** What its pods need and nothing of it makes. @default - nothing */
  readonly missing?: readonly Missing[];
}

/** A reason to wait, and since when it is the same. */
interface Known extends Wait {
  readonly since: number;
  readonly isTold: boolean;
}

/**
 * Watches the cluster while the engine updates it: tells what each object waits for, and ends the update, in an orderly
 * way, once it waits only for what cannot change, or has failed. It works whichever plugins wait: they tell nothing for ten minutes.
 */
export class RolloutWatch {
  /** By URN: what the engine has begun and not ended; undefined for what the cluster does not know. */
  private readonly underWay = new Map<string, Begun | undefined>();
  private readonly known = new Map<string, Known>();
  private readonly ending = new AbortController();
  private readonly closing = new AbortController();
  private client: ClusterClient | undefined;
  private hopelessSince: number | undefined;
  private hasFailed = false;
  /** Why the update was ended. @default - it was not */
  public verdict: string | undefined;

  public constructor(
    private readonly context: Context,
    private readonly stack: string,
    private readonly progress: ProgressLines,
    private readonly tree: WatchedTree = {},
  ) {}

  public following(followed: Followed): Followed {
    void this.watch();
    return {
      ...followed,
      onEvent: (event) => {
        this.take(event);
        followed.onEvent(event);
      },
      signal: AbortSignal.any([followed.signal, this.ending.signal]),
    };
  }

  public close(): void {
    this.closing.abort();
  }

  private take({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void {
    const begun = resourcePreEvent?.metadata;
    if (begun !== undefined && begun.op !== "same" && !COMPONENT.test(begun.type)) {
      this.underWay.set(begun.urn, awaitedIn(begun, this.tree.entry));
    }
    this.hasFailed ||= resOpFailedEvent !== undefined;
    const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata;
    if (ended !== undefined) {
      this.underWay.delete(ended.urn);
    }
  }

  private async watch(): Promise<void> {
    while (await this.pause()) {
      const awaited = [...this.underWay.values()];
      try {
        if (awaited.some((one) => one !== undefined)) {
          await this.look(awaited);
        }
      } catch {
        // A cluster that cannot be asked yet, or any more, is not a reason for the update to fail. It is asked again.
        this.client = undefined;
      }
    }
  }

  /** @returns whether to go on */
  private async pause(): Promise<boolean> {
    try {
      await wait(POLL_MS, undefined, { signal: this.closing.signal, ref: false });
      return true;
    } catch {
      return false;
    }
  }

  private async look(awaited: readonly (Begun | undefined)[]): Promise<void> {
    const { project, now } = this.context;
    // The program writes it as soon as there is a cluster.
    const file = join(project.folder, ".rendered", this.stack, "kubeconfig.yaml");
    this.client ??= await openCluster({ file }, this.stack);
    const objects = awaited.filter((one) => one !== undefined);
    const groups = [...new Set(objects.map(({ group }) => group).filter(isCustomGroup))];
    const snapshot = await readSnapshot(this.client, physicalName(this.stack), now(), groups);
    const waits = waitsOf(objects, snapshot, this.tree.missing);
    const time = now().getTime();
    this.tell(waits, time);
    const isSettled = objects.length === awaited.length && areSettled(objects, waits);
    this.hopelessSince = isSettled || this.hasFailed ? (this.hopelessSince ?? time) : undefined;
    const waited = this.hopelessSince === undefined ? 0 : time - this.hopelessSince;
    if (isSettled && waited >= SETTLED_MS) {
      this.end(waits);
    } else if (waited >= FAILED_MS) {
      this.stop("  ! a failed object blocks the update; ending it");
    }
  }

  private tell(waits: readonly Wait[], time: number): void {
    for (const one of waits) {
      const key = `${one.kind}/${one.name}`;
      const before = this.known.get(key);
      const isSame = before?.text === one.text;
      const since = isSame ? before.since : time;
      const isDue = time - since >= TELLING_MS;
      if (isDue && !(isSame && before.isTold)) {
        this.progress.note(`  … ${one.kind} ${one.name}: ${one.text}`);
      }
      this.known.set(key, { ...one, since, isTold: isDue });
    }
  }

  private end(waits: readonly Wait[]): void {
    // An earlier failure is the reason.
    if (!this.hasFailed && this.verdict === undefined) {
      const causes = waits.filter(({ isSettled }) => isSettled);
      this.verdict = `it waits for objects that cannot become ready: ${causes.map(({ kind, name, text }) => `${kind} ${name}: ${text}`).join("; ")}`;
    }
    this.stop("  ! none of the objects that the update waits for can become ready; ending it");
  }

  private stop(note: string): void {
    if (!this.ending.signal.aborted) {
      this.progress.note(note);
      this.ending.abort(new Error(note.trim()));
    }
  }
}

/** Whether all wait for what cannot change; claims without a reason of their own wait for pods that never come. */
function areSettled(objects: readonly Awaited[], waits: readonly Wait[]): boolean {
  const settled = waits.filter(({ isSettled }) => isSettled);
  return (
    settled.length > 0 &&
    objects.every(
      ({ kind, name }) =>
        kind === "PersistentVolumeClaim" ||
        settled.some((one) => one.kind === kind && one.name === name),
    )
  );
}

/** The object that a step is about; undefined when it is none of a cluster. The smoke test is about the entry. */
function awaitedIn(
  { type, urn, new: state }: StepEventMetadata,
  entry: string | undefined,
): Begun | undefined {
  if (type === SMOKE_TEST && entry !== undefined) {
    return { group: "", kind: "Service", name: entry, answers: true };
  }
  if (!type.startsWith("kubernetes:")) {
    return undefined;
  }
  const { metadata } = (state?.inputs ?? {}) as { readonly metadata?: { readonly name?: unknown } };
  const named = urn.split("::").at(-1)?.split("/").at(-1) ?? "";
  // E.g. kubernetes:cert-manager.io/v1:Certificate
  const [, version = "", kind = ""] = type.split(":");
  return {
    group: version.split("/")[0] ?? "",
    kind,
    name: typeof metadata?.name === "string" ? metadata.name : named,
  };
}
