import { idIn } from "../../core/digitalocean-tags";
import { withRemembered } from "./compare-now";
import { clusterIdsIn } from "./policy/holding";
import type { ReaperMemory } from "./policy/memory";
import { type PlanEntry, type PlanRules, planOf } from "./policy/plan";
import type { Stray } from "./policy/strays";
import { verdictOf } from "./policy/verdict";
import { ChangedError, type ReaperActions } from "./reaper-actions";
import { evidentIn, type Known, type Sources } from "./sources";
import type { Survey } from "./survey";

/**
 * Judges a stack again right before an action on it: with its present state, lock, protection, expiry and last use, but with
 * the measurements that were read for the plan.
 *
 * @param now - Unix seconds
 * @throws {ChangedError} when the plan would now be different
 */
export async function recheckStack(
  entry: PlanEntry,
  survey: Survey,
  record: ReaperMemory,
  rules: PlanRules,
  sources: Sources,
  now: number,
): Promise<Known> {
  const found = await sources.stack(entry.subject);
  if (found === undefined) {
    throw new ChangedError("it is gone already");
  }
  const fresh = withRemembered(found, survey.comparison, record);
  const before = survey.known.get(entry.subject)?.signals ?? [];
  const decided = survey.verdicts.find(({ stack }) => stack === entry.subject)?.evidence ?? [];
  const measured = decided.filter(
    (signal) => signal.signal !== "update" && !before.includes(signal),
  );
  const evidence = [...evidentIn(fresh), ...measured];
  const verdict = verdictOf(fresh.situation, fresh.policy, evidence, now);
  const [again] = planOf([verdict], [], survey.announcements, rules, now).entries;
  if (!isSame(entry, again)) {
    throw new ChangedError(`by now it is ${verdict.kind}: ${verdict.reasons.join("; ")}`);
  }
  return fresh;
}

function isSame(entry: PlanEntry, again: PlanEntry | undefined): boolean {
  const sorted = (ids: readonly string[]) => [...ids].sort().join(" ");
  return (
    again !== undefined &&
    again.action === entry.action &&
    again.due?.cause === entry.due?.cause &&
    sorted(again.ids) === sorted(entry.ids)
  );
}

/**
 * Checks a resource without an environment again: it must be unchanged and still unused.
 *
 * @throws {ChangedError} when it is not
 */
export async function recheckStray(
  stray: Stray,
  actions: Pick<ReaperActions, "thing">,
  sources: Sources,
): Promise<void> {
  const thing = await actions.thing(stray.kind, stray.id);
  if (thing === undefined) {
    throw new ChangedError("it is gone already");
  }
  const tags = thing.tags ?? [];
  if ([...tags].sort().join(" ") !== [...stray.tags].sort().join(" ")) {
    throw new ChangedError(`its tags have changed: ${tags.join(", ") || "none"}`);
  }
  // A load balancer names its cluster's Droplets even after they are gone.
  if (stray.kind === "volume" && (thing.droplet_ids ?? []).length > 0) {
    throw new ChangedError("a Droplet uses it by now");
  }
  if (stray.kind === "cluster") {
    await requireUnclaimed(stray, sources);
    return;
  }
  for (const id of clusterIdsIn(stray)) {
    if ((await actions.thing("cluster", id)) !== undefined) {
      throw new ChangedError(`its cluster ${id} exists`);
    }
  }
}

async function requireUnclaimed({ id, stack, tags }: Stray, sources: Sources): Promise<void> {
  const { situation } = (await sources.stack(stack)) ?? {};
  if (situation?.id === undefined || situation.id !== idIn(tags)) {
    throw new ChangedError(`no stack "${stack}" has its id`);
  }
  if (situation.lockedBy.length > 0) {
    throw new ChangedError(`an update has locked ${stack}: ${situation.lockedBy.join("; ")}`);
  }
  // Read from the state: after a killed replacement the outputs name only the old cluster.
  if ((await sources.clustersOf(stack)).includes(id)) {
    throw new ChangedError(`it is in the state of ${stack}`);
  }
}
