import { suggest } from "../suggest";
import { ConfigError, type ConfigFault } from "./config-error";

/** A parsed stack name: `alice-dev` is alice's environment of profile dev, `pr-123-ci` that of pull request 123. */
export interface StackName {
  readonly stack: string;
  /** Everything before the last dash: a person, a team, `pr-<number>`. */
  readonly owner: string;
  /** The part after the last dash. `Pulumi.<profile>.yaml` has its defaults. */
  readonly profile: string;
}

/** @see https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/go/common/tokens/stacks.go */
const LONGEST_NAME = 100;

/** Stack names that Pulumi accepts, without a leading dash, which a command line would read as an option. */
export const STACK_NAME = /^[\w.][\w.-]{0,99}$/;

/**
 * Parses a stack's name.
 *
 * @param profiles - names of the profiles that exist
 * @throws {ConfigError} when the name is not `<owner>-<profile>` with one of these profiles, or Pulumi does not accept it
 */
export function parseStackName(stack: string, profiles: readonly string[]): StackName {
  const unnameable = stackNameFault(stack, profiles);
  if (unnameable !== undefined) {
    throw new ConfigError(`${JSON.stringify(stack)} cannot be the name of a stack`, [unnameable]);
  }
  const { owner, profile } = partsOf(stack);
  if (owner !== "" && profiles.includes(profile)) {
    return { stack, owner, profile };
  }
  const example = usableStackName(stack, profiles);
  throw new ConfigError(`stack ${JSON.stringify(stack)} does not end in a known profile`, [
    {
      message: `a stack's name is <owner>-<profile>, and the profiles are ${profiles.join(", ") || "none"} (the files Pulumi.<profile>.yaml)`,
      fix: `pulumi stack rename ${example}   # or: pulumi stack init ${example}`,
    },
  ]);
}

/** Returns why Pulumi does not accept a name. Pulumi also names files after it, so it must not be a path elsewhere. */
export function stackNameFault(
  stack: string,
  profiles: readonly string[],
): ConfigFault | undefined {
  return STACK_NAME.test(stack)
    ? undefined
    : {
        message: `a stack's name has 1 to ${LONGEST_NAME} letters (A to Z, a to z), digits, dashes, underscores and dots, and does not start with a dash; got ${JSON.stringify(stack)}`,
        fix: `use the name ${usableStackName(stack, profiles)}`,
      };
}

/** The nearest name that Pulumi accepts and that ends in a profile. */
export function usableStackName(stack: string, profiles: readonly string[]): string {
  const { owner, profile } = partsOf(stack);
  const meant = suggest(profile, profiles);
  // "feature-x" is an owner without a profile, not the owner "feature" with the profile "x".
  const wanted = meant === undefined || (owner === "" && meant !== profile) ? stack : owner;
  const suffix = `-${meant ?? profiles[0] ?? "dev"}`;
  return `${usableOwner(wanted, LONGEST_NAME - suffix.length) || "alice"}${suffix}`;
}

/** Shortens an owner from the front, because its end carries the meaning. */
function usableOwner(owner: string, longest: number): string {
  return owner
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^\w.-]+/g, "-")
    .slice(-longest)
    .replace(/^[-.]+|-+$/g, "");
}

function partsOf(stack: string): Omit<StackName, "stack"> {
  const dash = stack.lastIndexOf("-");
  return { owner: stack.slice(0, Math.max(dash, 0)), profile: stack.slice(dash + 1) };
}
