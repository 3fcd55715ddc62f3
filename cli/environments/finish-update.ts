import { resolve } from "node:path";
import type { Layer } from "../../core/settings/layers";
import { noCopies } from "../data/missing-copies";
import { expiryBySettings, spentBefore, statusOf } from "../stacks/environment-status";
import type { StackRecord } from "../stacks/record";
import { pinChanges } from "../stacks/sleeping-pins";
import { changed, type TagChanges, writeTags } from "../stacks/stack-tags";
import type { Outputs } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import { noting } from "../terminal/noting";
import type { ProgressLines } from "../terminal/progress";
import type { UpData } from "./up.data";

export interface FinishOptions {
  /** The command that continues after a failure or an interruption. */
  readonly command: "up" | "wake";
  /** The stack's own settings from the command line. */
  readonly changes: Layer;
  /** Whether working hours start it, which does not count as use. */
  readonly byClock: boolean;
}

export type BroughtUp = Omit<UpData, "seconds">;

/** Writes the tags of an environment that is up. A failure to write them is a warning. */
export async function finishUpdate(
  context: Context,
  record: StackRecord,
  { changes, command, byClock }: FinishOptions,
  progress: ProgressLines,
): Promise<BroughtUp> {
  const { stack, outputs } = record;
  const now = context.now();
  const { account } = outputs;
  const slept = record.tags.asleep !== undefined;
  const spent = String(spentBefore(record, now) ?? 0);
  // The update's new values replace older tags.
  const said: TagChanges = {
    // A sleeping environment has no outputs, so the account is kept in a tag.
    account: typeof account === "string" ? account : undefined,
    ...(changes.ttl === undefined ? {} : { expires: expiryBySettings(record, now) }),
    ...(record.tags.protected === undefined ? {} : { protected: String(outputs.protected) }),
    ...(slept
      ? {
          continues: String(outputs.clusterId),
          woken: null,
          ...(record.tags.keeping === undefined ? {} : { spent, keeping: null }),
          ...noCopies(record.tags),
        }
      : {}),
    ...(slept && byClock ? { woken: now.toISOString() } : {}),
    ...(command === "up" ? pinChanges(record.tags, {}) : {}),
    going: null,
  };
  const gone = slept ? { asleep: null } : {};
  const tags = changed(record.tags, { ...said, ...gone });
  const environment = statusOf({ ...record, tags }, now);
  // `asleep` is removed last, because some backends write tags one by one: until then a wake can continue.
  await noting(
    { say: (line) => progress.note(`  ${line}`) },
    `the tags of "${stack}", which is up`,
    () => writeTags(context, record, { ...said, expires: environment.expiresAt, ...gone }),
  );
  return {
    environment,
    // The stack of a shared cluster runs no images.
    images: (outputs.images ?? []) as string[],
    entrance: entranceIn(outputs),
    domain: domainIn(outputs),
    kubeconfigFile:
      typeof outputs.kubeconfigFile === "string"
        ? resolve(context.project.folder, outputs.kubeconfigFile)
        : undefined,
  };
}

function domainIn({
  placement,
  domain,
  nameServers,
  delegated,
  certificate,
}: Outputs): BroughtUp["domain"] {
  return placement === "domain" && typeof domain === "string"
    ? {
        name: domain,
        nameServers: nameServers as string[],
        delegated: delegated === true,
        certificate: typeof certificate === "string" ? certificate : undefined,
      }
    : undefined;
}

function entranceIn({ domain, entrance, certificate }: Outputs): BroughtUp["entrance"] {
  return typeof domain === "string" && typeof entrance === "string"
    ? { domain, address: entrance, https: certificate !== undefined }
    : undefined;
}
