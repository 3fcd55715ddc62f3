import { describeError } from "../../core/errors";
import { type Policy, policyOf } from "../../core/reaping-policy";
import { policySettings } from "../../core/settings";
import { check } from "../../core/settings/check";
import { readConfiguration } from "../../core/settings/configuration";
import { settingsSchema } from "../../core/settings/schema";
import { isProtected } from "../stacks/environment-status";
import type { StackRecord } from "../stacks/record";
import { settingsReader } from "../stacks/settings-record";
import { settingsOf } from "../stacks/stack-config";
import type { Context } from "../terminal/context";

/** The reaper's policy for an environment, from its own settings. */
interface KnownPolicy {
  /** The policy; with a `fault` it is a default from which nothing may follow. */
  readonly policy: Policy;
  /** Reason why the policy is unknown. */
  readonly fault?: string;
}

export type ReadPolicy = (record: StackRecord) => Promise<KnownPolicy>;

/** The output `policy` of every update; a setting that was not set has no key. */
const SAID = Object.keys(policySettings(settingsSchema.parse({}))).filter(
  (name) => name !== "workingHours",
);

/**
 * Opens the backend to read policies: from the outputs of the last update; for a stack without outputs (it sleeps, or its
 * first update failed) from its recorded settings; for a stack without an update from its profile. A policy is never
 * guessed, because a shorter life than in its owner's settings would destroy it.
 */
export function policyReader(context: Context): ReadPolicy {
  const readSettings = settingsReader(context);
  return async (record) => {
    try {
      const policy = saidBy(record) ?? (await configured(context, record, readSettings));
      return { policy: { ...policy, protect: isProtected(record, policy.protect) } };
    } catch (error) {
      const policy = policyOf(policySettings(settingsSchema.parse({})));
      return { policy, fault: `its lifetime is unknown: ${describeError(error)}` };
    }
  };
}

function saidBy({ outputs: { policy } }: StackRecord): Policy | undefined {
  if (typeof policy !== "object" || policy === null || SAID.some((name) => !(name in policy))) {
    return undefined;
  }
  const { data } = settingsSchema.safeParse(policy);
  return data && policyOf(policySettings(data));
}

async function configured(
  { project }: Context,
  record: StackRecord,
  readSettings: ReturnType<typeof settingsReader>,
): Promise<Policy> {
  const { stack } = record;
  const known = await readSettings(record);
  if (known === undefined) {
    return policyOf(policySettings(settingsOf(project, stack).settings));
  }
  // Nothing else of it matters here.
  const own = Object.fromEntries(
    Object.entries(known.own).filter(([name]) => [...SAID, "workingHours"].includes(name)),
  );
  const configuration = readConfiguration({
    projectFolder: project.folder,
    project: project.name,
    stack,
    own,
  });
  return policyOf(policySettings(check(configuration)));
}
