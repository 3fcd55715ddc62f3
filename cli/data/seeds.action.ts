import {
  copyOf,
  keptClaimOf,
  type ListedSnapshot,
  type ListedVolume,
} from "../../core/data/kept-claim";
import { type Seed, seedsIn } from "../../core/data/seed";
import { projectTag } from "../../core/digitalocean-tags";
import { UserError } from "../../core/errors";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { requireAwake } from "../stacks/awake";
import { engineFor } from "../stacks/engine";
import { withLockGuard } from "../stacks/lock-guard";
import { findStack, requireStack } from "../stacks/stacks";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { type ProgressLines, progressOf } from "../terminal/progress";
import { keepersIn } from "./account-kept";
import { keptItemOf } from "./kept";
import { requireSeedName, seedDataOf } from "./seed-data";
import { deleteSeeds, saveSeed } from "./seeds";
import type { dataDelete, dataSave } from "./seeds.command";
import type { SeedsData } from "./seeds.data";
import { seedsText } from "./seeds.text";

export async function save(
  context: Context,
  [stack]: ArgumentsOf<typeof dataSave>,
  options: OptionsOf<typeof dataSave>,
): Promise<Result> {
  const { as: seed = "", claims } = options;
  requireSeedName("--as", seed, `doks-env data save ${stack} --as shop-small`);
  requireAnswer(context, options, "to stop its pods meanwhile");
  requireAwake(await requireStack(context, stack));
  const question = `Save the volumes of ${stack} as seed ${seed}? Its pods are stopped meanwhile.`;
  await requireConsent(context, options, question, `doks-env show ${stack}`);
  const account = accountOf(context);
  const progress = progressOf(context);
  try {
    const saved = await saveLocked(context, account, stack, seed, progress, claims?.split(","));
    return seedsResult(context, [saved]);
  } finally {
    progress.close();
  }
}

/** Saves a seed under the stack's lock. @throws as {@link saveSeed} */
export function saveLocked(
  context: Context,
  account: DigitalOcean,
  stack: string,
  seed: string,
  progress: ProgressLines,
  only?: readonly string[],
): Promise<Seed> {
  const read = () => findStack(context, stack);
  const work = async () =>
    saveSeed(context, account, await requireStack(context, stack), seed, only);
  return progress.during(
    "data",
    () => withLockGuard(context, engineFor(context), stack, read, undefined, work),
    ({ snapshots }) => `${snapshots.length} ${snapshots.length === 1 ? "snapshot" : "snapshots"}`,
  );
}

export async function list(context: Context): Promise<Result> {
  const { name } = context.project;
  const keepers = await keepersIn(accountOf(context));
  const snapshots = keepers.filter((one) => "min_disk_size" in one);
  return seedsResult(context, seedsIn(snapshots, name), keptOf(keepers, name));
}

export async function remove(
  context: Context,
  [name]: ArgumentsOf<typeof dataDelete>,
  options: OptionsOf<typeof dataDelete>,
): Promise<Result> {
  requireAnswer(context, options, "to delete it");
  const account = accountOf(context);
  const all = seedsIn(await account.volumeSnapshots(), context.project.name);
  const seeds = all.filter((seed) => seed.name === name);
  if (seeds.length === 0) {
    throw new UserError(`there is no seed "${name}"`, "doks-env data list");
  }
  await requireConsent(context, options, `Delete seed ${name}?`, "doks-env data list");
  await deleteSeeds(account, seeds);
  return seedsResult(context, seeds, [], `${name} is deleted\n`);
}

function accountOf({ env, say, signal }: Context): DigitalOcean {
  return new DigitalOcean(requireAccess(env), { say, signal });
}

export function seedsResult(
  { terminal, now }: Context,
  seeds: readonly Seed[],
  kept: SeedsData["kept"] = [],
  said?: string,
): Result {
  const data: SeedsData = { seeds: seeds.map(seedDataOf), kept };
  return { data, text: () => said ?? seedsText(data, now(), terminal.out.paint) };
}

/** Lists the kept data of the project's environments, also of those in other backends. */
function keptOf(
  keepers: readonly (ListedSnapshot | ListedVolume)[],
  project: string,
): SeedsData["kept"] {
  return keepers.flatMap((listed) => {
    const tags = listed.tags ?? [];
    const stack = tags.find((tag) => tag.startsWith("stack:"))?.slice("stack:".length);
    const kept = keptClaimOf(listed) ?? copyOf(listed);
    const isOurs =
      tags.includes(projectTag(project)) && tags.some((tag) => tag.startsWith("data:"));
    return kept === undefined || stack === undefined || !isOurs
      ? []
      : [{ stack, ...keptItemOf(kept) }];
  });
}
