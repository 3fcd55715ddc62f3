import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import type { SeedsData } from "../../../cli/data/seeds.data";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";
import { contentsOf, snapshotNames, writtenContents } from "./support/contents";
import { writeDatabaseTree } from "./support/database-tree";

// Claim: a new environment starts with the data of a seed, and nobody's data is touched by that.

let world: World;
let overlay: string;
beforeAll(async () => {
  world = await World.start();
  overlay = writeDatabaseTree(join(world.folder, "database"));
}, MINUTES);
afterAll(() => world.close(), MINUTES);

it(
  "environments start with the saved data of another one, which continues unchanged",
  async () => {
    await world.doksEnvJson<UpData>("up", "alice-dev", "--yes", "--overlay", overlay);
    const before = await writtenContents(world, "alice-dev");
    const { seeds } = await world.doksEnvJson<SeedsData>(
      ...["data", "save", "alice-dev", "--as", "shop-small", "--yes"],
    );
    expect(seeds).toMatchObject([
      { name: "shop-small", claims: Object.keys(before), region: "fra1", complete: true },
    ]);
    await world.kubectl(
      ...["alice-dev", "rollout", "status", "statefulset/db", "-n", "alice-dev", "--timeout=60s"],
    );
    expect(await contentsOf(world, "alice-dev")).toEqual(before);

    const far = ["--seed", "shop-small", "--set", "region=nyc3"];
    const elsewhere = await world.doksEnvResult<{ message: string }>(
      ...["up", "carol-dev", "--yes", "--overlay", overlay, ...far],
    );
    expect(elsewhere.data.message).toContain(
      "a volume can only be created in its snapshot's region",
    );
    expect((await world.api.holdings()).clusters).toEqual(["alice-dev"]);

    // The one that it was saved of goes, and DigitalOcean would take its volumes' snapshots along.
    await world.doksEnvJson<DownData>("down", "alice-dev", "--yes");
    // The team has decided that every pull request starts with it.
    appendFileSync(
      join(world.checkout, "Pulumi.ci.yaml"),
      "  ephemeral-doks:data: {seed: shop-small}\n",
    );
    await world.runWell("git", "commit", "--quiet", "--all", "--message", "seed");
    await world.doksEnvJson<UpData>("up", "pr-7-ci", "--yes", "--overlay", overlay);
    expect(await contentsOf(world, "pr-7-ci")).toEqual(before);

    // The seed that its data becomes takes the place of the one that it started with.
    const { gone, seed } = await world.doksEnvJson<DownData>(
      ...["down", "pr-7-ci", "--yes", "--keep-data", "shop-small"],
    );
    expect({ gone, seed }).toMatchObject({
      gone: true,
      seed: { name: "shop-small", claims: Object.keys(before), complete: true },
    });
    expect(await world.api.holdings()).toEqual(EMPTY);
    expect(await world.doksEnvJson<SeedsData>("data", "list")).toMatchObject({
      seeds: [seed],
      kept: [],
    });
    expect(await snapshotNames(world)).toEqual(
      Object.keys(before).map((claim) => `pr-7-ci-${claim}-1`),
    );

    // What a refresh runs can use the environment, which goes again.
    const config = { "ephemeral-doks:overlay": relative(world.checkout, overlay) };
    writeFileSync(join(world.checkout, "Pulumi.nightly-dev.yaml"), stringify({ config }));
    const refresh = ["data", "refresh", "nightly-dev", "--as", "shop-small", "--yes", "--run"];
    const listing = "kubectl get pvc --output name > ../claims.txt";
    const renewed = await world.doksEnvJson<SeedsData>(...refresh, listing);
    expect(renewed.seeds).toMatchObject([{ claims: Object.keys(before), complete: true }]);
    const used = readFileSync(join(world.folder, "claims.txt"), "utf8").trim().split("\n");
    expect(used).toEqual(Object.keys(before).map((claim) => `persistentvolumeclaim/${claim}`));
    expect(await snapshotNames(world)).toEqual(
      Object.keys(before).map((claim) => `shop-small-${claim}-3`),
    );
    expect(await world.api.holdings()).toEqual(EMPTY);
    await world.expectNoTraceOf("nightly-dev");

    await world.doksEnvJson<SeedsData>("data", "delete", "shop-small", "--yes");
    expect(await snapshotNames(world)).toEqual([]);
  },
  10 * MINUTES,
);
