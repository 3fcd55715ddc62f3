import type { Engine } from "./engine";

/** What a stack's tags say of its environment: what is not in its state, or must be read without it. */
export interface StackTags {
  readonly owner?: string;
  readonly profile?: string;
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
}

/**
 * Sets the tags that differ from what they are. Pulumi takes one at a time, and each takes a process.
 *
 * @param current - as the backend has them
 */
export async function setTags(
  engine: Engine,
  stack: string,
  wanted: StackTags,
  current: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(wanted) as [string, string | undefined][]) {
    if (value !== undefined && current[name] !== value) {
      await engine.output("stack", "tag", "set", name, value, "--stack", stack);
    }
  }
}
