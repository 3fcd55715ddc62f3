import { suggest } from "../suggest";
import { ConfigError } from "./config-error";

/** A stack's name taken apart: `alice-dev` is alice's environment of profile dev, `pr-123-ci` that of pull request 123. */
export interface StackName {
  readonly stack: string;
  /** Everything before the last dash: a person, a team, `pr-<number>`. */
  readonly owner: string;
  /** What stands behind the last dash; its defaults are in `Pulumi.<profile>.yaml`. */
  readonly profile: string;
}

/**
 * Takes a stack's name apart.
 *
 * @param profiles - names of the profiles that exist
 * @throws {ConfigError} when the name is not `<owner>-<profile>` with one of these profiles
 */
export function parseStackName(stack: string, profiles: readonly string[]): StackName {
  const dash = stack.lastIndexOf("-");
  const owner = stack.slice(0, Math.max(dash, 0));
  const profile = stack.slice(dash + 1);
  if (dash > 0 && profiles.includes(profile)) {
    return { stack, owner, profile };
  }
  const meant = suggest(profile, profiles) ?? profiles[0] ?? "dev";
  const example = `${owner === "" ? profile || "alice" : owner}-${meant}`;
  throw new ConfigError(`stack ${JSON.stringify(stack)} is of no profile`, [
    {
      message: `a stack's name is <owner>-<profile>, and the profiles are ${profiles.join(", ") || "none"} (the files Pulumi.<profile>.yaml)`,
      fix: `pulumi stack rename ${example}   # or: pulumi stack init ${example}`,
    },
  ]);
}
