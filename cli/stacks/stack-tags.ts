import type { Engine } from "./engine";

/** What a stack's tags say of its environment: what is not in its state, or must be read without it. */
export interface StackTags {
  readonly owner?: string;
  readonly profile?: string;
  /** Uuid of the account that it was made in. */
  readonly account?: string;
  /** RFC 3339 */
  readonly created?: string;
  /** RFC 3339; an extension moves it. */
  readonly expires?: string;
  /** Number of the pull request. */
  readonly pullRequest?: string;
  /** Commit that was checked out at the last `up`. */
  readonly commit?: string;
  /** `true` or `false`, since somebody said so. */
  readonly protected?: string;
  /** RFC 3339; somebody of its people did something with it. */
  readonly lastUsed?: string;
  /** RFC 3339; since when it sleeps, or is being put to sleep. A wake removes it. */
  readonly asleep?: string;
  /** RFC 3339; when the clock last woke it. A wake by hand removes it. */
  readonly woken?: string;
  /** RFC 3339; until then it is kept, used or not, because its tests have failed. Passing them removes it. */
  readonly keptUntil?: string;
  /** Id of the cluster that goes on where the one before the last sleep has ended. */
  readonly continues?: string;
  /** USD that it had cost when it last went to sleep. */
  readonly spent?: string;
}

/**
 * Sets the tags that differ from what they are. Pulumi takes one at a time, and each takes a process.
 *
 * @param current - as the backend has them
 */
export async function setTags(
  engine: Engine,
  stack: string,
  wanted: StackTags | Readonly<Record<string, string | undefined>>,
  current: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(wanted) as [string, string | undefined][]) {
    if (value !== undefined && current[name] !== value) {
      await engine.output("stack", "tag", "set", name, value, "--stack", stack);
    }
  }
}

/** Removes those of the tags that are there. */
export async function removeTags(
  engine: Engine,
  stack: string,
  names: readonly string[],
  current: Readonly<Record<string, string>>,
): Promise<void> {
  for (const name of names.filter((one) => one in current)) {
    await engine.output("stack", "tag", "rm", name, "--stack", stack);
  }
}
