import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import { claimOf } from "../../helpers/kubernetes-objects";
import { timedForEach } from "../../helpers/many-environments";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { deployment, object, writeTree } from "../support/tree";
import { until } from "../support/until";
import { World } from "../support/world";
import { contentsOf, snapshotNames, volumeNames } from "./support/contents";

// Claim: many environments start from one seed at the same time, and one that is coming up keeps its data when the seed is
// deleted. `make kills` starts ten at a time, `make test` three.

const HOST = "team-shared";
const SOURCE = "alice-dev";
const COUNT = process.env.KILLS === undefined ? 3 : 10;
const STACKS = Array.from({ length: COUNT }, (_, index) => `tenant${index}-dev`);
const LATE = "late-dev";
const TREE = [
  deployment("web", {
    container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
    pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
  }),
  object("v1", "PersistentVolumeClaim", "data", {
    accessModes: ["ReadWriteOnce"],
    ...claimOf("1Gi"),
  }),
];

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const set = (...settings: readonly string[]) => settings.flatMap((setting) => ["--set", setting]);

/** The content of an environment's only volume, as soon as a node has mounted it. */
const contentOf = (stack: string) =>
  until(
    `${stack} has content`,
    async () => (await contentsOf(world, HOST, stack)).data ?? undefined,
  );

it(
  `${COUNT} environments start from one seed at once, and another while the seed is deleted`,
  async () => {
    const overlay = writeTree(join(world.folder, "tree"), TREE);
    const pool = set("nodeSize=s-2vcpu-4gb", "minNodes=2", "maxNodes=4");
    await world.doksEnvJson<UpData>("up", HOST, "--yes", ...pool);
    const quota = ["cpu=300m", "memory=384Mi", "pods=5", "loadBalancers=0", "volumes=1"];
    const settings = [
      ...["placement=namespace", `hostStack=${HOST}`],
      ...quota.map((one) => `quota.${one}`),
    ];
    const up = (stack: string) => ["up", stack, "--yes", "--overlay", overlay, ...set(...settings)];
    const down = (stack: string) => world.doksEnvJson<DownData>("down", stack, "--yes");
    await world.doksEnvJson<UpData>(...up(SOURCE));
    const saved = await contentOf(SOURCE);
    await world.doksEnvWell("data", "save", SOURCE, "--as", "shop-small", "--yes");

    await timedForEach(STACKS, COUNT, (stack) =>
      world.doksEnvJson<UpData>(...up(stack), "--seed", "shop-small"),
    );
    expect(await Promise.all(STACKS.map(contentOf))).toEqual(STACKS.map(() => saved));
    expect(await volumeNames(world)).toHaveLength(1 + COUNT);

    const late = world.startDoksEnv([...up(LATE), "--seed", "shop-small"]);
    await until("its volume exists", async () =>
      (await volumeNames(world)).length > 1 + COUNT ? true : undefined,
    );
    await world.doksEnvWell("data", "delete", "shop-small", "--yes");
    expect(await late.finished).toMatchObject({ exitCode: 0 });
    expect(await contentOf(LATE)).toEqual(saved);
    expect(await snapshotNames(world)).toEqual([]);

    await timedForEach([SOURCE, LATE, ...STACKS], 3, down);
    expect(await volumeNames(world)).toEqual([]);
    await world.doksEnvWell("unprotect", HOST);
    await down(HOST);
    expect(await world.api.holdings()).toEqual(EMPTY);
  },
  15 * MINUTES,
);
