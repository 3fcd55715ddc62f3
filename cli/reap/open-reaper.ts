import { clockErrors } from "../../core/rules/clock";
import { loadProjectSettings } from "../../core/settings/project-settings";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { gitHubAccess } from "../pull-requests/github/access";
import { publishComment } from "../pull-requests/github/comments";
import { openGitHub } from "../pull-requests/github/github";
import { backendUrl } from "../stacks/backend-url";
import type { Bucket } from "../stacks/bucket";
import { openBucket } from "../stacks/read-stacks";
import { reasonOf } from "../stacks/reason";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { Announcer, type ChannelName } from "./announcer";
import type { RunTools } from "./carry-out";
import { MemoryStore } from "./memory-store";
import type { Shard } from "./policy/shard";
import type { RunTerms } from "./reaper";
import { takeReaperLock } from "./reaper-lock";
import type { Sources } from "./sources";
import { openActions } from "./stack-actions";
import { openSources } from "./stack-sources";

export interface ReaperOptions {
  readonly shard: Shard;
  /** @default - every configured channel */
  readonly channels?: readonly ChannelName[];
  /** URL of the reaper's record. @default - in Pulumi's backend */
  readonly recordUrl?: string;
}

export interface Reaper {
  readonly sources: Sources;
  readonly announcer: Announcer;
  /** The project's settings for runs. */
  readonly terms: Pick<RunTerms, "rules" | "announces">;
  /** Number of requests to DigitalOcean so far. */
  readonly requests: () => number;
  /** Reads the record. @throws {UsageError} if the backend cannot store one */
  readonly record: () => Promise<MemoryStore>;
  /** Runs work with the record, under the reaper's lock if it may change anything. @throws {UserError} if another reaper runs */
  readonly working: <T>(alone: boolean, work: (tools: RunTools) => Promise<T>) => Promise<T>;
}

/** Seconds from a warning about a resource without an environment to its removal; no setting covers these resources. */
const STRAYS_WARNED_AHEAD = [2 * 3_600];

/**
 * Opens the dependencies of a run, without requests.
 *
 * @throws {UsageError} for options and settings that contradict each other
 * @throws {UserError} without access to the account, the repository or the backend
 */
export async function openReaper(context: Context, options: ReaperOptions): Promise<Reaper> {
  const { project, env, signal, say, now } = context;
  const { reap, repository } = loadProjectSettings(project.folder, project.name);
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const access = repository === undefined ? undefined : gitHubAccess(env, repository);
  const gitHub = access && (await openGitHub(access, { say, signal }));
  const announcer = Announcer.open({
    env,
    names: options.channels,
    ...(gitHub
      ? { comment: (number, subject, body) => publishComment(gitHub, number, subject, body) }
      : {}),
    print: say,
    signal,
  });
  const { shard, recordUrl } = options;
  const sources = await openSources(context, account, gitHub);
  const record = async () =>
    MemoryStore.open(await bucketFor(context, recordUrl), project.name, shard);
  return {
    sources,
    announcer,
    terms: {
      rules: {
        mostDestroys: reap.mostDestroys,
        mostDestroysShare: reap.mostDestroysPercent / 100,
        warnAheadSeconds: STRAYS_WARNED_AHEAD,
      },
      announces: announcer.names.length > 0,
    },
    requests: () => account.requests,
    record,
    working: async (alone, work) => {
      if (alone) {
        const [error] = clockErrors(await account.clocks());
        if (error !== undefined) {
          throw error;
        }
      }
      const bucket = await bucketFor(context, recordUrl);
      const lock = alone
        ? await takeReaperLock(bucket, project.name, shard, { env: context.env, now, say, signal })
        : undefined;
      try {
        return await work({
          sources,
          actions: openActions(context, account, announcer, gitHub),
          store: await record(),
          requireHeld: () => lock?.requireHeld(),
          now,
          signal,
          say,
        });
      } finally {
        await lock?.release();
      }
    },
  };
}

async function bucketFor({ env, project }: Context, url: string | undefined): Promise<Bucket> {
  const wanted = url ?? backendUrl(env, project.folder);
  try {
    const bucket = await openBucket(wanted);
    if (bucket !== undefined) {
      return bucket;
    }
  } catch (cause) {
    throw new UsageError(
      `the reaper cannot keep its memory in ${wanted}: ${reasonOf(cause)}`,
      "name a folder or bucket that exists: --record file:///var/lib/reaper, --record 's3://<bucket>?region=...'",
      { cause },
    );
  }
  throw new UsageError(
    `the reaper cannot keep its memory in ${url === undefined ? "this backend" : `"${url}"`}: it is neither a folder nor an S3 bucket`,
    "give it its own place: --record file:///var/lib/reaper, or --record 's3://<bucket>?region=...'",
  );
}
