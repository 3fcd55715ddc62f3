import type { DiagnosticEvent, EngineEvent } from "@pulumi/pulumi/automation";
import { UserError } from "../../core/errors";
import type { Context } from "../terminal/context";
import type { Activity, ProgressLines } from "../terminal/progress";
import { EngineError } from "./engine";
import { type Phase, type PhaseName, Phases, phaseDetail } from "./phases";
import type { Followed } from "./workspace";

export class StackLockedError extends Error {
  public override readonly name = "StackLockedError";
}

/** Pulumi cannot read the stack's state, so every operation fails. */
export class DamagedStateError extends UserError {
  public override readonly name = "DamagedStateError";
}

/** Warnings to hide: Pulumi warns about every plugin from PATH and every output without a value. */
const TELLS_NOTHING =
  /^using pulumi-(language|resource)-\S+ from \$PATH|^Undefined value \(.*\) will not show as a stack output\.$/;
/**
 * Messages that only follow another failure: once the engine has stopped, the program's requests to it fail, with a message
 * of the engine or of the SDK and a stack trace.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/source_eval.go
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/runtime/resource.ts
 */
const CONSEQUENCE =
  /^(update|preview|destroy|refresh) failed$|the client connection is closing|^resource (creation|update) cancelled$|resource monitor (shut down|is terminating)/i;

/** The engine starts no new operation, but the provider finishes waiting for a cluster, for minutes at DigitalOcean. */
const STOPPING =
  "  stopping once running operations finish; Ctrl-C again leaves pulumi to finish them, and the stack locked until then";

/**
 * Runs an operation on a stack and shows its progress by phase.
 *
 * @param quietly - passes events on without showing phases, for a preview
 * @throws {UserError} with pulumi's errors, when it fails
 * @throws {DamagedStateError} when pulumi cannot read the stack's state
 * @throws {StackLockedError} when another update holds the stack
 */
export async function follow<T>(
  context: Context,
  progress: ProgressLines,
  operation: (followed: Followed) => Promise<T>,
  quietly?: (event: EngineEvent) => void,
): Promise<T> {
  const tracker = new Tracker(progress, () => context.now().getTime(), quietly);
  const tell = () => progress.note(STOPPING);
  context.signal.addEventListener("abort", tell);
  try {
    const result = await operation({
      onEvent: (event) => tracker.take(event),
      stdout: context.verbose ? process.stderr.fd : "ignore",
      onError: (text) => context.verbose && context.terminal.err.write(text),
      signal: context.signal,
    });
    tracker.end(true);
    return result;
  } catch (error) {
    tracker.end(false);
    if (!(error instanceof EngineError)) {
      throw error;
    }
    if (error.isLocked) {
      throw new StackLockedError(error.message, { cause: error });
    }
    if (error.isStateDamaged) {
      throw new DamagedStateError(
        `pulumi cannot read the stack's state: ${error.output.stderr.trim().replace(/^error: /, "")}`,
        "restore an earlier state: the backend keeps the previous one next to it as <stack>.json.bak",
        { cause: error },
      );
    }
    throw new UserError(
      tracker.errors.length > 0 ? tracker.errors.join("\n  ") : error.message,
      "fix what pulumi reports and run the same command again",
      { cause: error },
    );
  } finally {
    context.signal.removeEventListener("abort", tell);
  }
}

/** Turns the engine's events into lines of progress. */
class Tracker {
  public readonly errors: string[] = [];
  private readonly phases: Phases;
  private readonly reported = new Set<PhaseName>();
  private readonly said = new Set<string>();

  public constructor(
    private readonly progress: ProgressLines,
    private readonly now: () => number,
    private readonly quietly?: (event: EngineEvent) => void,
  ) {
    this.phases = new Phases(now);
    this.progress.show([{ name: "pulumi", startedAt: now() }]);
  }

  public take(event: EngineEvent): void {
    if (event.diagnosticEvent) {
      this.takeDiagnostic(event.diagnosticEvent);
    } else if (this.quietly) {
      this.quietly(event);
    } else if (this.phases.take(event) !== undefined) {
      this.tellFinished();
      this.progress.show(this.active());
    }
  }

  /** Prints the phases that are not printed yet; call it after the last event. */
  public end(succeeded: boolean): void {
    for (const phase of this.phases.all()) {
      this.tell(phase, succeeded);
    }
    this.progress.show([]);
  }

  /** Prints phases without running operations once a later phase has begun, because they rarely get more operations. */
  private tellFinished(): void {
    const all = this.phases.all();
    for (const [index, phase] of all.entries()) {
      if (phase.inFlight === 0 && index < all.length - 1) {
        this.tell(phase, phase.failed === 0);
      }
    }
  }

  private tell(phase: Phase, succeeded: boolean): void {
    const { name } = phase;
    if (this.reported.has(name)) {
      return;
    }
    this.reported.add(name);
    const elapsed = phase.lastAt - phase.startedAt;
    if (succeeded) {
      this.progress.done(name, elapsed, phaseDetail(phase));
    } else {
      const left = phase.inFlight > 0 ? [`${phase.inFlight} unfinished`] : [];
      this.progress.failed(name, elapsed, [phaseDetail(phase), ...left].join(", "));
    }
  }

  private active(): Activity[] {
    const active = this.phases.all().filter(({ inFlight }) => inFlight > 0);
    return active.length > 0 ? active : [{ name: "pulumi", startedAt: this.now() }];
  }

  private takeDiagnostic({ severity, message, urn, ephemeral }: DiagnosticEvent): void {
    const text = plain(message);
    if (ephemeral || TELLS_NOTHING.test(text) || this.said.has(text)) {
      return;
    }
    this.said.add(text);
    if (severity === "warning") {
      this.progress.note(`  ! ${text}`);
    } else if (severity === "error" && !CONSEQUENCE.test(text)) {
      const name = urn?.split("::").at(-1) ?? "";
      const ofStack = urn === undefined || urn.includes("pulumi:pulumi:Stack");
      this.errors.push(ofStack ? text : `${name}: ${firstOf(text)}`);
    }
  }
}

/** Shortens an error of the Kubernetes provider to its first item, the failure; `diagnose` explains the rest better. */
function firstOf(text: string): string {
  return /^\d+ errors? occurred:\s+\* (.*)/.exec(text)?.[1] ?? text;
}

/** Removes the engine's colour marks and shortens URNs to names. */
function plain(message: string): string {
  return message
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/\burn:pulumi:[^\s"']*::([^\s"']+)/g, "$1")
    .trim();
}
