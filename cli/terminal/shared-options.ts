import type { Argument, Option } from "./command";

export const STACK: Argument = {
  syntax: "<stack>",
  description: "name of the environment, <owner>-<profile>: alice-dev, pr-123-ci",
  completes: "stacks",
};

export const YES: Option = { flags: "-y, --yes", description: "do not ask" };

/** For commands that need the stack for themselves. */
export const LOCK_OPTIONS: readonly Option[] = [
  { flags: "--wait", description: "wait while another update holds the stack" },
  {
    flags: "--break-lock",
    description: "break the lock that holds the stack, even if its owner may be alive",
  },
];
