import pMap from "p-map";
import { describeError } from "../../core/errors";
import { type Listing, unlisted } from "../../core/listing";
import type { DigitalOcean } from "../account/digitalocean";
import { openClusterOf } from "../cluster/cluster-access";
import type { GitHub } from "../pull-requests/github/github";
import {
  listPullRequests,
  type RepositoryPullRequest,
} from "../pull-requests/github/pull-requests";
import { ownedInState } from "../stacks/owned-in-state";
import type { StackRecord } from "../stacks/record";
import { allStacks, findStack, requireStack, sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { type Inventory, readInventory } from "./account";
import { danglingRecords } from "./dangling-records";
import { readSignal } from "./evidence/read-signal";
import { useSignal } from "./evidence/use";
import { policyReader } from "./policies";
import type { Situation } from "./policy/situation";
import { situationOf } from "./situations";
import type { Known, Sources } from "./sources";

/** Most are read already; some are asked of pulumi, a process each. */
const STACKS_AT_ONCE = 8;

/** Changes with whatever anybody does to a stack: its state, its tags, who holds it. */
export function revisionOf({ lastUpdate, tags, locks, updating, fault }: StackRecord): string {
  return JSON.stringify([lastUpdate, Object.entries(tags).sort(), locks, updating, fault]);
}

/** The facts about a stack that need no measurement. */
export interface KnownStack extends Known {
  readonly record: StackRecord;
}

/**
 * Opens the project's stacks to be judged.
 *
 * @param askPulumi - whether to ask it for clusters that no output tells: they are compared, and do not matter else
 */
export async function knownStackReader(
  context: Context,
  askPulumi: boolean,
): Promise<(record: StackRecord) => Promise<KnownStack>> {
  const policyOf = policyReader(context);
  return async (record) => {
    const { policy, fault } = await policyOf(record);
    const said = await situationOf(context, record, fault, askPulumi);
    const { pullRequest, ...situation } = { ...said, ...byPlacement(record) };
    return {
      record,
      situation,
      policy,
      ...(pullRequest === undefined ? {} : { pullRequest }),
      signals: [useSignal(record.tags.lastUsed)],
      revision: revisionOf(record),
    };
  };
}

/** A shared cluster and a domain are nobody's environment, and an environment on it has no cluster of its own. */
function byPlacement({ outputs: { placement } }: StackRecord): Partial<Situation> {
  switch (placement) {
    case "host":
      return { protected: true };
    case "domain":
      return { protected: true, clusterIds: [] };
    case "namespace":
      return { clusterIds: [] };
    default:
      return {};
  }
}

/**
 * Real sources: Pulumi's backend, DigitalOcean's API, GitHub and the clusters.
 *
 * @param gitHub - undefined when no repository is configured
 */
export async function openSources(
  context: Context,
  account: DigitalOcean,
  gitHub: GitHub | undefined,
): Promise<Sources> {
  const { project, signal } = context;
  const know = await knownStackReader(context, true);
  const records = new Map<string, StackRecord>();
  let inventory: Inventory | undefined;
  let pullRequests: Listing<RepositoryPullRequest> = unlisted("it was not read yet");
  return {
    project: project.name,
    stacks: async () => {
      try {
        const all = await allStacks(context);
        for (const record of all) {
          records.set(record.stack, record);
        }
        return { state: "complete", items: await pMap(all, know, { concurrency: STACKS_AT_ONCE }) };
      } catch (error) {
        signal.throwIfAborted();
        return unlisted(describeError(error));
      }
    },
    stack: async (name) => {
      const record = await findStack(context, name);
      return record && know(record);
    },
    clustersOf: async (name) =>
      (await ownedInState(sourceOf(context), await requireStack(context, name))).clusterIds,
    token: () => account.identity(),
    account: async () => {
      inventory = await readInventory(account);
      return inventory.account;
    },
    danglingRecords: async () =>
      inventory === undefined ? [] : danglingRecords(account, inventory, [...records.values()]),
    ...(gitHub
      ? {
          pullRequests: async (numbers: readonly number[]) => {
            pullRequests = await listPullRequests(gitHub, numbers);
            return pullRequests;
          },
        }
      : {}),
    signals: async ({ situation, pullRequest }, need) => {
      const record = records.get(situation.stack);
      if (record === undefined || inventory === undefined) {
        throw new RangeError("what is measured is asked for after stacks and account were listed");
      }
      const where = {
        account,
        inventory,
        ...(gitHub ? { pullRequests: { gitHub, listing: pullRequests } } : {}),
        namespace: (its: StackRecord) => openNamespace(context, its),
        signal,
      };
      const subject = { record, situation, ...(pullRequest === undefined ? {} : { pullRequest }) };
      return readSignal(where, subject, need);
    },
  };
}

async function openNamespace(context: Context, record: StackRecord) {
  const { client, namespace } = await openClusterOf(context, record);
  return { client, name: namespace };
}
