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
/** Time without a change after which an update ends that waits only for hopeless objects. */
const SETTLED_MS = 8_000;
/** Time that a failed update may wait for objects that it began earlier; it creates nothing more. */
const FAILED_MS = 30_000;
/** Time for which an object waits for one reason before the reason is printed. */
const TELLING_MS = 6_000;

const SMOKE_TEST = "command:local:Command";
/** Resources that are not objects of the cluster. */
const COMPONENT = /^(ephemeral-doks|pulumi|kubernetes:kustomize)/;

interface Begun extends Awaited {
  readonly group: string;
}

/** Facts about the tree. */
export interface WatchedTree {
  /** Name of the Service that the smoke test requests. @default - none */
  readonly entry?: string;
  /** Objects that its pods need and the tree does not contain. @default - none */
  readonly missing?: readonly Missing[];
}

/** A reason to wait, with the time of its first appearance. */
interface Known extends Wait {
  readonly since: number;
  readonly isTold: boolean;
}

/**
 * Watches the cluster during an update: prints the reason for which each object waits, and cancels the update once it waits
 * only for hopeless objects or has failed. It does not depend on the plugins, which print nothing for ten minutes.
 */
export class RolloutWatch {
  /** The engine's running steps by URN; undefined for resources outside the cluster. */
  private readonly underWay = new Map<string, Begun | undefined>();
  private readonly known = new Map<string, Known>();
  private readonly ending = new AbortController();
  private readonly closing = new AbortController();
  private client: ClusterClient | undefined;
  private hopelessSince: number | undefined;
  private hasFailed = false;
  /** The reason for which the update was cancelled. @default - it was not */
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
        // An unreachable cluster does not fail the update; the next look tries again.
        this.client = undefined;
      }
    }
  }

  /** @returns whether to continue */
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
    // The program writes the file as soon as the cluster exists.
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
    // An earlier failure is the actual reason.
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

/** Whether all waiting objects are hopeless. Claims without a reason of their own wait for pods that never start. */
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

/** Returns the object of a step, or undefined outside the cluster. The smoke test's object is the entry. */
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
