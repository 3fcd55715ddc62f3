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
import { eachStack, findStack, requireStack, sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { type Inventory, readInventory } from "./account";
import { danglingRecords } from "./dangling-records";
import { readSignal } from "./evidence/read-signal";
import { knownStackReader } from "./known-stack";
import type { Sources } from "./sources";

/** Stacks judged at the same time; some need a pulumi process. */
const STACKS_AT_ONCE = 8;

/** The outputs that comparison and measurements use; keeping all outputs of many stacks would fill the memory. */
const COMPARED_BY = ["placement", "clusterId", "namespace", "kubeconfig", "domain", "host", "url"];

/**
 * The real sources: Pulumi's backend, DigitalOcean's API, GitHub and the clusters.
 *
 * @param gitHub - undefined when no repository is configured
 */
export async function openSources(
  context: Context,
  account: DigitalOcean,
  gitHub: GitHub | undefined,
): Promise<Sources> {
  const { project, signal } = context;
  const know = knownStackReader(context, true);
  const records = new Map<string, StackRecord>();
  let inventory: Inventory | undefined;
  let pullRequests: Listing<RepositoryPullRequest> = unlisted("it was not read yet");
  return {
    project: project.name,
    stacks: async () => {
      try {
        const items = await pMap(
          eachStack(context),
          (record) => {
            records.set(record.stack, { ...record, outputs: comparedBy(record) });
            return know(record);
          },
          { concurrency: STACKS_AT_ONCE },
        );
        return { state: "complete", items };
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
      return inventory;
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
        throw new RangeError("list stacks and account before you read signals");
      }
      const where = {
        account,
        inventory,
        ...(gitHub ? { pullRequests: { gitHub, listing: pullRequests } } : {}),
        namespace: (its: StackRecord) => openNamespace(context, its),
        signal,
      };
      const subject = { record, situation, pullRequest };
      return readSignal(where, subject, need);
    },
  };
}

function comparedBy({ outputs }: StackRecord): StackRecord["outputs"] {
  return Object.fromEntries(
    COMPARED_BY.flatMap((name) => (name in outputs ? [[name, outputs[name]]] : [])),
  );
}

async function openNamespace(context: Context, record: StackRecord) {
  const { client, namespace } = await openClusterOf(context, record);
  return { client, name: namespace };
}
