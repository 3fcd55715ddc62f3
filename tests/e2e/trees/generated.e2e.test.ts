import { join } from "node:path";
import { EMPTY } from "../support/account";
import { MINUTES, UP } from "../support/commands";
import { type Manifest, writeTree } from "../support/tree";
import { World } from "../support/world";
import { generatedTrees } from "./support/generated";

/*
 * Claim: a tree of any kinds that teams use comes up, is left alone by a second `up`, makes room for the next and goes without
 * a trace; or it is refused before anything is created.
 */

const HOST = "team-shared";
/** The same trees whenever all tests run: what a change has broken is not mixed with what chance has found. */
const SEED = Number(process.env.SEED ?? 14);
const COUNT = Number(process.env.TREES ?? 20);
/** Trees that one environment has in turn, and environments side by side. */
const IN_TURN = 5;
const LANES = ["bob-dev", "carol-dev"];

const TREES = generatedTrees(SEED, COUNT);
const rounds = Array.from({ length: Math.ceil(COUNT / (IN_TURN * LANES.length)) }, (_, index) =>
  LANES.map((stack, lane) => {
    const first = (index * LANES.length + lane) * IN_TURN;
    return { stack, first, trees: TREES.slice(first, first + IN_TURN) };
  }),
);

let world: World;
let empty: object;
let cameUp = 0;
beforeAll(async () => {
  world = await World.start();
  await world.doksEnvWell("up", HOST, "--yes");
  empty = await world.api.holdings();
}, 3 * MINUTES);
afterAll(() => world?.close(), MINUTES);

const REFUSED = /cannot come up:|cannot be deployed|nothing was changed/;

/** @returns whether it is up */
async function tryTree(stack: string, tree: readonly Manifest[], number: number): Promise<boolean> {
  const overlay = writeTree(join(world.folder, `tree-${number}`), tree);
  const { exitCode, stderr } = await world.doksEnv([
    ...["up", stack, "--yes", "--overlay", overlay],
    ...["--set", "placement=namespace", "--set", `hostStack=${HOST}`],
  ]);
  if (exitCode === 0) {
    await world.pulumiWell(...UP, "--expect-no-changes", "--stack", stack);
    return true;
  }
  if (exitCode !== 1 || !REFUSED.test(stderr)) {
    throw new Error(`exit code ${String(exitCode)}:\n${stderr}`);
  }
  return false;
}

it.each(rounds.map((lanes, index) => [`SEED=${SEED}, round ${index + 1}`, lanes] as const))(
  "%s",
  async (_, lanes) => {
    await Promise.all(
      lanes.map(async ({ stack, first, trees }) => {
        let isUp = false;
        for (const [index, tree] of trees.entries()) {
          try {
            if (await tryTree(stack, tree, first + index)) {
              cameUp++;
              isUp = true;
            }
          } catch (error) {
            const { message } = error as Error;
            throw new Error(
              `tree ${first + index} of SEED=${SEED}: ${message}\n${JSON.stringify(tree)}`,
            );
          }
        }
        if (isUp) {
          await world.down(stack);
        }
      }),
    );
    expect(await world.api.holdings()).toEqual(empty);
  },
  20 * MINUTES,
);

it("refuses fewer than half of them", () => {
  expect(cameUp).toBeGreaterThan(COUNT / 2);
});

it(
  "leaves nothing",
  async () => {
    await world.doksEnvWell("unprotect", HOST);
    await world.down(HOST);
    expect(await world.api.holdings()).toEqual(EMPTY);
  },
  2 * MINUTES,
);
