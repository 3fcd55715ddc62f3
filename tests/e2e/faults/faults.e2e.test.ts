import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect, isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { EXIT } from "../../../cli/terminal/errors";
import { writeDatabaseTree } from "../data/support/database-tree";
import { ReapingWorld } from "../reap/support/reaping-world";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { World } from "../support/world";
import { FaultyApi } from "./support/faulty-api";
import { type Outcome, Outcomes } from "./support/outcomes";
import { type FaultyRun, runWithFault } from "./support/run-with-fault";
import { ALICE, BOB, DATABASE, OVERLAY, PULL_REQUEST } from "./support/subjects";
import { CELLS, type Cell, isInSubset, nameOf, ROWS, type Row } from "./support/table";
import { TestEnvironment, USERS_KUBECONFIG } from "./support/test-environment";

// Claim: after a fault in any phase of a command nothing is lost or left behind: the command finishes, refuses and changes
// nothing, or ends cleanly when it is repeated. `make faults` tries all cells, `make test` a few.

interface Token {
  readonly token: string;
}

/** All scopes that `doks-env` needs. */
const SCOPES = [
  ...["account", "sizes", "regions", "registry", "droplet", "load_balancer", "block_storage"],
  ...[
    "block_storage_action",
    "block_storage_snapshot",
    "snapshot",
    "image",
    "kubernetes",
    "tag",
    "monitoring",
    "vpc",
  ],
]
  .flatMap((resource) => ["read", "create", "update", "delete"].map((act) => `${resource}:${act}`))
  .concat("kubernetes:access_cluster");
const { FAULTS: chosen } = process.env;
const outcomes = new Outcomes((line) => chosen && process.stderr.write(`${line}\n`));

let world: World;
let at: ReapingWorld;
let api: FaultyApi;
let environments: readonly TestEnvironment[];
beforeAll(async () => {
  world = await World.start();
  api = await FaultyApi.start(String(world.env.DIGITALOCEAN_API_URL));
  world.env.DIGITALOCEAN_API_URL = api.url;
  at = new ReapingWorld(world);
  world.env.NODE_OPTIONS += ` --require ${join(__dirname, "support/at-write.js")}`;
  const image = "registry.example.com/shop/worker:v1";
  writeOverlay(join(world.checkout, OVERLAY), [{ name: "worker", image }]);
  writeDatabaseTree(join(world.checkout, DATABASE));
  await addShop();
  addUsersKubeconfig();
  environments = [ALICE, PULL_REQUEST, BOB].map(
    (subject) => new TestEnvironment(world, subject, (seconds) => at.advance(seconds)),
  );
}, MINUTES);
afterAll(async () => {
  api.restore();
  process.stderr.write(`\n${outcomes.table()}\n`);
  await Promise.all(environments.map((environment) => environment.moveTo("nothing")));
  await api.close();
  await world.close();
}, 5 * MINUTES);

/** Adds a repository whose images are not in the account's registry yet. */
async function addShop(): Promise<void> {
  const registry = { name: "acme", subscription_tier_slug: "basic", region: "fra1" };
  await world.api.request("POST", "/v2/registries", registry);
  const shop = join(world.folder, "shop");
  const images = { repository: "registry.digitalocean.com/acme/shop", images: { api: ["api"] } };
  mkdirSync(join(shop, "api"), { recursive: true });
  writeFileSync(join(shop, "images.json"), JSON.stringify(images));
  writeFileSync(join(shop, "api/Dockerfile"), "FROM scratch\n");
  await world.runWell("git", "init", "--quiet", shop);
  await world.runWell("git", "-C", shop, "add", "--all");
  await world.runWell("git", "-C", shop, "commit", "--quiet", "--message=shop");
}

/** Adds a kubeconfig with another cluster. */
function addUsersKubeconfig(): void {
  const folder = join(String(world.env.HOME), ".kube");
  mkdirSync(folder);
  writeFileSync(join(folder, "config"), stringify(USERS_KUBECONFIG));
}

function isChosen(cell: Cell): boolean {
  if (chosen === undefined) {
    return isInSubset(cell);
  }
  const words = `${nameOf(cell.row)} | ${cell.moment.name} | ${cell.fault.name}`;
  return new RegExp(chosen).test(words);
}

/** DigitalOcean counts the requests of each token, and allows 250 a minute. */
async function useNewToken(): Promise<void> {
  const scopes = { scopes: SCOPES };
  api.useToken((await world.api.request<Token>("POST", "/_emulator/tokens", scopes)).token);
}

async function expectNoLoss(cell: Cell): Promise<void> {
  const { row, moment, fault } = cell;
  await useNewToken();
  const [environment, ...others] = [...environments].sort(({ subject }) =>
    subject === row.of ? -1 : 1,
  );
  for (const other of others) {
    await other.moveTo("nothing");
  }
  if (environment === undefined) {
    throw new Error("no environment is named in the row");
  }
  await environment.moveTo(row.from);
  const before = await environment.fingerprint();
  let run: FaultyRun | undefined;
  try {
    run = await runWithFault(world, api, row.words, moment, fault);
    outcomes.note(cell, await judge(environment, row, before, run));
  } catch (error) {
    const said = run && `it ended with exit code ${run.exitCode} and printed:\n${run.output}`;
    outcomes.note(cell, "LOST", `\n${said ?? ""}\n${inspect(error)}`);
    await environment.reset();
    throw new Error(said, { cause: error });
  }
}

async function judge(
  environment: TestEnvironment,
  { words, from, to, again }: Row,
  before: unknown,
  { exitCode, hasHappened }: FaultyRun,
): Promise<Outcome> {
  await environment.expectNothingLost();
  const after = await environment.fingerprint();
  if (to === undefined) {
    expect(after).toEqual(before);
  }
  if (exitCode === 0) {
    await environment.expectState(to ?? from);
    return hasHappened ? "finished" : "not met";
  }
  expect(exitCode).not.toBe(EXIT.usage); // Otherwise the table is wrong.
  if (isDeepStrictEqual(after, before)) {
    return "refused";
  }
  if (to !== undefined && (await environment.isIn(to))) {
    return "finished"; // The fault came after its last change.
  }
  await at.advance(again ?? 0);
  const repeated = await world.doksEnv(words);
  if (repeated.exitCode !== 0) {
    throw new Error(`the second run ended with ${repeated.exitCode}:\n${repeated.output}`);
  }
  try {
    await environment.expectNothingLost();
    await environment.expectState(to ?? from);
  } catch (cause) {
    throw new Error(`the second run succeeded, and printed:\n${repeated.output}`, { cause });
  }
  return "repeatable";
}

const cellsOf = (row: Row) => CELLS.filter((cell) => cell.row === row && isChosen(cell));

describe.each(
  ROWS.filter((row) => cellsOf(row).length > 0).map((row) => [nameOf(row), row] as const),
)("%s", (_, row) => {
  it.each(cellsOf(row).map((cell) => [cell.moment.name, cell.fault.name, cell] as const))(
    "%s, %s",
    async (_moment, _fault, cell) => expectNoLoss(cell),
    20 * MINUTES,
  );
});
