import type { Argument, Option, ValuesOf } from "./command";

export const STACK = {
  syntax: "<stack>",
  description: "name of the environment, <owner>-<profile>: alice-dev, pr-123-ci",
  completes: "stacks",
} as const satisfies Argument;

export const YES = { flags: "-y, --yes", description: "do not ask" } as const satisfies Option;
export type ConsentOptions = ValuesOf<readonly [typeof YES]>;

/** For commands that need the stack for themselves. */
export const LOCK_OPTIONS = [
  { flags: "--wait", description: "wait while another update holds the stack" },
  {
    flags: "--break-lock",
    description: "break the lock that holds the stack, even if its owner may be alive",
  },
] as const satisfies readonly Option[];
export type LockOptions = ValuesOf<typeof LOCK_OPTIONS>;
