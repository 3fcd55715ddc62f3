import { RETENTION_SECONDS } from "../../core/time-series";
import { reasonOf } from "../stacks/reason";
import { failed, requiredSignals, SIGNALS, type Signal } from "./policy/evidence";
import { type Need, signalsNeeded, type Verdict, verdictOf } from "./policy/verdict";
import type { Announcements } from "./policy/warnings";
import { evidentIn, type Known, type Sources } from "./sources";

/**
 * Judges an environment with as few requests as possible: cheap signals first, and only signals that can change the verdict.
 *
 * @param remembered - signals from the record, which need no request
 * @param now - Unix seconds
 */
export async function judge(
  sources: Sources,
  known: Known,
  remembered: readonly Signal[],
  announcements: Announcements,
  now: number,
): Promise<Verdict> {
  const { situation, policy } = known;
  const evidence = [...evidentIn(known), ...remembered];
  for (;;) {
    const [need] = signalsNeeded(situation, policy, evidence, announcements, now);
    if (need === undefined) {
      return verdictOf(situation, policy, evidence, now);
    }
    evidence.push(...(await read(sources, known, need)));
  }
}

/** Judges an environment by all evidence, even if it cannot change the verdict. */
export async function judgeByAll(
  sources: Sources,
  known: Known,
  remembered: readonly Signal[],
  now: number,
): Promise<Verdict> {
  const { situation, policy } = known;
  const evidence = [...evidentIn(known), ...remembered];
  const missing = requiredSignals(situation).filter((name) =>
    evidence.every(({ signal }) => signal !== name),
  );
  const answers = await Promise.all(
    missing.map((signal) =>
      read(sources, known, { signal, from: now - RETENTION_SECONDS, until: now }),
    ),
  );
  evidence.push(...answers.flat());
  return verdictOf(situation, policy, evidence, now);
}

/** Reads a signal; an error becomes a failed signal, from which nothing follows. */
async function read(sources: Sources, known: Known, need: Need): Promise<readonly Signal[]> {
  const { signal } = need;
  try {
    const signals = await sources.signals(known, need);
    return signals.length > 0 ? signals : [failed(signal, SIGNALS[signal], "no data was returned")];
  } catch (error) {
    return [failed(signal, SIGNALS[signal], reasonOf(error))];
  }
}
