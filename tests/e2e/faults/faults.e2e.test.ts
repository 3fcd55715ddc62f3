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
import { Patient, USERS_KUBECONFIG } from "./support/patient";
import { type Struck, strike } from "./support/strike";
import { ALICE, BOB, DATABASE, OVERLAY, PULL_REQUEST } from "./support/subjects";
import { CELLS, type Cell, isInSubset, nameOf, ROWS, type Row } from "./support/table";

// Claim: after a fault in any phase of a command nothing is lost or left behind: the command finishes, refuses and changes
// nothing, or ends cleanly when it is repeated. `make faults` tries all cells, `make test` a few.

interface Token {
  readonly token: string;
}

/** Scopes of all that `doks-env` asks for. */
const EVERYTHING = [
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
let patients: readonly Patient[];
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
  patients = [ALICE, PULL_REQUEST, BOB].map(
    (subject) => new Patient(world, subject, (seconds) => at.advance(seconds)),
  );
}, MINUTES);
afterAll(async () => {
  api.mend();
  process.stderr.write(`\n${outcomes.table()}\n`);
  await Promise.all(patients.map((patient) => patient.bring("nothing")));
  await api.close();
  await world.close();
}, 5 * MINUTES);

/** A repository of which the account's registry has no image yet. */
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

/** Of another cluster. */
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
  const scopes = { scopes: EVERYTHING };
  api.useToken((await world.api.request<Token>("POST", "/_emulator/tokens", scopes)).token);
}

async function expectNoLoss(cell: Cell): Promise<void> {
  const { row, moment, fault } = cell;
  await useNewToken();
  const [patient, ...others] = [...patients].sort(({ subject }) => (subject === row.of ? -1 : 1));
  for (const other of others) {
    await other.bring("nothing");
  }
  if (patient === undefined) {
    throw new Error("there is no patient");
  }
  await patient.bring(row.from);
  const before = await patient.fingerprint();
  const struck = await strike(world, api, row.words, moment, fault);
  try {
    outcomes.note(cell, await judge(patient, row, before, struck));
  } catch (error) {
    const said = `it ended with ${String(struck.exitCode)} and said:\n${struck.output}`;
    outcomes.note(cell, "LOST", `\n${said}\n${inspect(error)}`);
    await patient.reset();
    throw new Error(said, { cause: error });
  }
}

async function judge(
  patient: Patient,
  { words, from, to, again }: Row,
  before: unknown,
  { exitCode, isMet }: Struck,
): Promise<Outcome> {
  await patient.expectNothingLost();
  const after = await patient.fingerprint();
  if (to === undefined) {
    expect(after).toEqual(before);
  }
  if (exitCode === 0) {
    await patient.expectState(to ?? from);
    return isMet ? "finished" : "not met";
  }
  expect(exitCode).not.toBe(EXIT.usage); // The table is wrong.
  if (isDeepStrictEqual(after, before)) {
    return "refused";
  }
  if (to !== undefined && (await patient.isIn(to))) {
    return "finished"; // It was stopped after its last change.
  }
  await at.advance(again ?? 0);
  const repeated = await world.doksEnv(words);
  if (repeated.exitCode !== 0) {
    throw new Error(`the same once more ended with ${repeated.exitCode}:\n${repeated.output}`);
  }
  try {
    await patient.expectNothingLost();
    await patient.expectState(to ?? from);
  } catch (cause) {
    throw new Error(`the same once more ended well, and said:\n${repeated.output}`, { cause });
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
    15 * MINUTES,
  );
});
