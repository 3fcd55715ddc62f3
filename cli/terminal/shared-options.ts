import type { Argument, Option, ValuesOf } from "./command";

export const STACK = {
  syntax: "<stack>",
  description: "name of the environment, <owner>-<profile>: alice-dev, pr-123-ci",
  completes: "stacks",
} as const satisfies Argument;

export const YES = {
  flags: "-y, --yes",
  description: "do not ask for confirmation",
} as const satisfies Option;
export type ConsentOptions = ValuesOf<readonly [typeof YES]>;

/** Options of commands that lock the stack. */
export const LOCK_OPTIONS = [
  { flags: "--wait", description: "wait while another update holds the stack's lock" },
  {
    flags: "--break-lock",
    description: "break the stack's lock, even if its owner may still be running",
  },
] as const satisfies readonly Option[];
export type LockOptions = ValuesOf<typeof LOCK_OPTIONS>;
