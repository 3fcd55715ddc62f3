import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BringUpOptions } from "../../../cli/environments/bring-up";
import { run } from "../../../cli/environments/refresh.action";
import type { dataRefresh } from "../../../cli/environments/refresh.command";
import type { OptionsOf } from "../../../cli/terminal/command";
import { UsageError } from "../../../cli/terminal/errors";
import { seedTags } from "../../../core/data/seed";
import { checkpointWith } from "../stacks/support/checkpoints";
import { Workplace } from "../support/workplace";

let place: Workplace;
let mockDone: string[];
let mockFails: string | undefined;
let mockSnapshots: object[];
let mockOrder: BringUpOptions | undefined;

function mockStep<T>(name: string, outcome: T): Promise<T> {
  mockDone.push(name);
  return mockFails === name ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(outcome);
}
jest.mock("../../../cli/stacks/workspace", () => ({ openWorkspace: () => ({}) }));
jest.mock("../../../cli/account/digitalocean", () => ({
  requireAccess: () => ({}),
  DigitalOcean: class {
    public volumeSnapshots = () => Promise.resolve(mockSnapshots);
  },
}));
jest.mock("../../../cli/environments/bring-up", () => ({
  bringUp: (...[, stack, , , order]: [unknown, string, unknown, unknown, BringUpOptions]) => {
    mockOrder = order;
    place.backend.stack(stack, checkpointWith(stack, {}));
    return mockStep("up", { kubeconfigFile: "/kubeconfig.yaml" });
  },
}));
jest.mock("../../../cli/environments/take-down", () => ({
  takeDown: () => mockStep("down", { left: [] }),
}));
jest.mock("../../../cli/data/seeds.action", () => ({
  saveLocked: (...[, , , seed]: [unknown, unknown, unknown, string]) => mockStep("save", seed),
  seedsResult: (_: unknown, seeds: unknown) => ({ data: { seeds }, text: () => "" }),
}));

beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, PATH: process.env.PATH };
  mockDone = [];
  mockFails = undefined;
  mockSnapshots = [];
  mockOrder = undefined;
});
afterEach(() => place.remove());

const refresh = (options: OptionsOf<typeof dataRefresh> = {}) =>
  run(place.context(), ["seed-dev"], {
    as: "small",
    run: "echo $KUBECONFIG",
    yes: true,
    ...options,
  });

it("brings an environment up with the seed, runs the command on it, saves, and takes it down", async () => {
  const kind = { storageClass: "do-block-storage", fsType: "ext4", wasUsed: true } as const;
  const volume = { ...kind, claim: "db", volumeMode: "Filesystem" } as const;
  const tags = seedTags("shop", { name: "small", version: 1, size: 1 }, volume);
  mockSnapshots = [{ id: "s-1", name: "s", min_disk_size: 1, created_at: "", tags }];
  expect(await refresh()).toMatchObject({ data: { seeds: ["small"] }, exitCode: 0 });
  expect(mockDone).toEqual(["up", "save", "down"]);
  expect(mockOrder).toMatchObject({ own: { data: { seed: "small" } }, refreshes: "small" });
  expect(place.stderr()).toContain("/kubeconfig.yaml");
});

it("starts empty where there is no such seed yet", async () => {
  await refresh();
  expect(mockOrder).toMatchObject({ own: {}, refreshes: "small" });
});

it.each([
  ["up", { mockFails: "up" }, ["up", "down"], "no up"],
  ["the command", { run: "exit 3" }, ["up", "down"], "has failed with exit code 3: exit 3"],
  ["the save", { mockFails: "save" }, ["up", "save", "down"], "no save"],
])("saves nothing more and takes the environment down when %s fails", async (_, how, done, why) => {
  mockFails = "mockFails" in how ? how.mockFails : undefined;
  await expect(refresh("run" in how ? { run: how.run } : {})).rejects.toThrow(why);
  expect(mockDone).toEqual(done);
});

it("takes down first what a refresh has left that was killed", async () => {
  place.backend.stack("seed-dev", checkpointWith("seed-dev", {}));
  place.backend.tags("seed-dev", { refreshes: "small" });
  await refresh();
  expect(mockDone).toEqual(["down", "up", "save", "down"]);
});

it("touches no environment that is not its own", async () => {
  place.backend.stack("seed-dev", checkpointWith("seed-dev", {}));
  for (const refreshes of ["", "large"]) {
    place.backend.tags("seed-dev", { refreshes });
    await expect(refresh()).rejects.toThrow('"seed-dev" is there already');
  }
  expect(mockDone).toEqual([]);
});

it("does nothing without a command, a name, or somebody to ask", async () => {
  for (const wrong of [{ run: "" }, { as: "Small" }, { yes: false }]) {
    await expect(refresh(wrong)).rejects.toThrow(UsageError);
  }
  expect(mockDone).toEqual([]);
});

it("runs the command in the project's folder", async () => {
  await refresh({ run: "touch migrated" });
  expect(existsSync(join(place.folder, "migrated"))).toBe(true);
});
