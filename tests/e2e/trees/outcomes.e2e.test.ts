import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UpData } from "../../../cli/environments/up.data";
import { type Api, EMPTY } from "../support/account";
import { MINUTES, UP } from "../support/commands";
import { type Manifest, writeTree } from "../support/tree";
import { World } from "../support/world";
import { chargeFor } from "./support/bill";
import { OutcomeTable } from "./support/outcome-table";
import { type Outcome, ROWS, type Row, type Tree } from "./support/rows";

/*
 * Claim: each tree of the table comes up in the placements that it names, costs what is billed for it, is left alone by a
 * second `up`, becomes another, and goes; or it is refused, with the reason and before anything is created. Prints a table
 * of the outcomes with the time until each appeared.
 */

const HOST = "team-shared";
/** On one cluster of its own a tree follows the other; on the shared one they come and go. */
const OWN = "alice-dev";
const TENANT = { stack: "bob-dev", options: [] };
/** What is refused on a cluster of its own is so before there is one. */
const NEVER = "carol-dev";

/** A tree is billed for. With all of them no resource reaches the hours of a month that are billed at most. */
const HOURS = 30;
const CENT = 0.01;

/** An environment that runs a tree. */
interface Attempt {
  readonly stack: string;
  readonly options: readonly string[];
  readonly outcome: Outcome;
  readonly placement: "own cluster" | "shared cluster";
}

const outcomes = new OutcomeTable();
let world: World;
let watcher: Api;
/** Prices per hour by stack. */
const running = new Map<string, number>();
/** The price of a tenant's share of the shared cluster, which is all that the first tree costs there. */
let share: number | undefined;
let folders = 0;
beforeAll(async () => {
  world = await World.start();
  watcher = await world.api.withOwnToken(
    ...["kubernetes:read", "droplet:read", "load_balancer:read", "block_storage:read"],
  );
  await up({ stack: HOST, options: [] });
}, 3 * MINUTES);
afterAll(async () => {
  process.stderr.write(`\n${outcomes.markdown()}\n`);
  await world?.close();
}, MINUTES);

function attemptsOf({ own, shared, tenant = TENANT }: Row): readonly Attempt[] {
  const { stack, options } = tenant;
  const onHost = ["--set", "placement=namespace", "--set", `hostStack=${HOST}`, ...options];
  const attempts: Attempt[] = [];
  if (own !== undefined) {
    const name = own === "up" ? OWN : NEVER;
    attempts.push({ stack: name, options: [], outcome: own, placement: "own cluster" });
  }
  if (shared !== undefined) {
    attempts.push({ stack, options: onHost, outcome: shared, placement: "shared cluster" });
  }
  return attempts;
}

function folderOf(tree: Tree): string {
  if (typeof tree === "string") {
    return tree;
  }
  const folder = join(world.folder, `tree-${++folders}`);
  if (isObjects(tree)) {
    return writeTree(folder, tree);
  }
  mkdirSync(folder);
  for (const [name, text] of Object.entries(tree)) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const isObjects = (tree: Exclude<Tree, string>): tree is readonly Manifest[] => Array.isArray(tree);

type Invocation = Pick<Attempt, "stack" | "options">;

const argsOf = ({ stack, options }: Invocation, overlay?: string) => [
  ...["up", stack, "--yes", ...options],
  ...(overlay === undefined ? [] : ["--overlay", overlay]),
];

async function up(attempt: Invocation, overlay?: string): Promise<void> {
  const { environment } = await world.doksEnvJson<UpData>(...argsOf(attempt, overlay));
  running.set(attempt.stack, environment.pricePerHourUsd ?? 0);
}

async function down(stack: string): Promise<void> {
  await world.down(stack);
  running.delete(stack);
}

/** @returns the part of the error that the table expects */
async function expectRefused(attempt: Attempt, overlay: string): Promise<string> {
  const before = await watcher.holdings();
  const { exitCode, stderr } = await world.doksEnv(argsOf(attempt, overlay));
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(attempt.outcome as RegExp) as string,
  });
  expect(await watcher.holdings()).toEqual(before);
  const [reason = ""] = (attempt.outcome as RegExp).exec(stderr) ?? [];
  return reason.split("\n")[0] ?? "";
}

/** Each line of an invoice is rounded to a cent, and the shared cluster is billed once. */
async function expectBilled(tenant?: string): Promise<void> {
  share ??= tenant === undefined ? undefined : running.get(tenant);
  const usdPerHour = [...running.values()].reduce(
    (sum, price) => sum + price,
    tenant === undefined ? 0 : -(share ?? 0),
  );
  const { usd, lines } = await chargeFor(world.api, HOURS);
  // Credentials ended meanwhile, and this machine's clock does not show it.
  rmSync(join(world.folder, "home/.cache"), { recursive: true, force: true });
  expect(Math.abs(usd - HOURS * usdPerHour)).toBeLessThan(lines * CENT);
}

/** Waits for all, so that nothing is left at work when one fails. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

it.each(ROWS)(
  "$name",
  async (row) => {
    const { tree, next } = row;
    const overlay = folderOf(tree);
    const attempts = attemptsOf(row);
    const note = ({ placement }: Attempt, work: () => Promise<unknown>) =>
      outcomes.during(row.name, placement, work);
    for (const refused of attempts.filter(({ outcome }) => outcome !== "up")) {
      await note(refused, () => expectRefused(refused, overlay));
    }
    const risen = attempts.filter(({ outcome }) => outcome === "up");
    await all(risen.map((one) => note(one, () => up(one, overlay))));
    if (risen.length > 0) {
      await expectBilled(risen.find(({ stack }) => stack !== OWN)?.stack);
    }
    await all(
      risen.map(({ stack }) => world.pulumiWell(...UP, "--expect-no-changes", "--stack", stack)),
    );
    if (next !== undefined) {
      const follows: (attempt: Attempt, overlay: string) => Promise<unknown> =
        next.outcome === "up" ? up : expectRefused;
      await all(
        risen.map((one) => follows({ ...one, outcome: next.outcome }, folderOf(next.tree))),
      );
    }
    await all<unknown>(
      risen.map(({ stack }) =>
        // The next tree would pay for claims of this one's StatefulSets.
        stack === OWN
          ? world.kubectl(OWN, "delete", "pvc", "--all", "--wait=false", "--namespace", OWN)
          : down(stack),
      ),
    );
  },
  8 * MINUTES,
);

it(
  "leaves nothing",
  async () => {
    await world.down(OWN);
    await world.doksEnvWell("unprotect", HOST);
    await world.down(HOST);
    expect(await world.api.holdings()).toEqual(EMPTY);
    expect(await world.gitStatus()).toBe("");
    expect(await chargeFor(world.api, HOURS)).toEqual({ usd: 0, lines: 0 });
  },
  2 * MINUTES,
);
