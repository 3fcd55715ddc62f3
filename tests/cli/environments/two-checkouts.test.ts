import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { run } from "../../../cli/environments/up.action";
import type { Checked } from "../../../cli/environments/up-checks";
import { recordedSettings } from "../../../cli/stacks/settings-record";
import { readStackFile, writeStackFile } from "../../../cli/stacks/stack-file";
import type { Project } from "../../../cli/terminal/context";
import { NOTHING_TO_RESTORE } from "../../../core/data/restore";
import { UserError } from "../../../core/errors";
import type { Layer } from "../../../core/settings/layers";
import { revisionOf } from "../../../core/settings/revision";
import { checkpointOf, outputsOf } from "../stacks/support/checkpoints";
import { FakeWorkspace } from "../support/fake-workspace";
import { Workplace } from "../support/workplace";

// Claim: no edits and updates in two checkouts lose a value without a user's choice.

let mockWorkspace: FakeWorkspace;
jest.mock("../../../cli/stacks/workspace", () => ({ openWorkspace: () => mockWorkspace }));
jest.mock("../../../cli/environments/up-checks", () => ({
  checkUp: (_context: unknown, _stack: unknown, own: Layer) =>
    Promise.resolve<Partial<Checked>>({
      own,
      name: { stack: STACK, owner: "alice", profile: "dev" },
      price: 0.1071,
      isNew: true,
      strays: { clusters: [], pools: [], hasPending: false },
      restore: NOTHING_TO_RESTORE,
      expiresAt: "2026-11-30T12:00:00.000Z",
      notes: [],
      warnings: [],
    }),
}));
jest.mock("../../../cli/data/restore-data", () => ({
  resumeAfterSleep: () => Promise.resolve(),
  restoreVolumes: () => Promise.resolve({}),
  requireRestored: () => Promise.resolve(),
  discardSpent: () => Promise.resolve(),
}));
jest.mock("../../../cli/stacks/git", () => ({ currentCommit: () => Promise.resolve("1f2e3d4") }));

const STACK = "alice-dev";

/** What somebody does in one of the checkouts. */
type Step = { readonly at: 0 | 1 } & (
  | { readonly edits: Layer }
  | { readonly says: { readonly set?: string; readonly settings?: "mine" | "theirs" } }
);

const at = fc.constantFrom<0 | 1>(0, 1);
const edits = fc.constantFrom<Layer>(
  {},
  { nodeCount: "2" },
  { ttl: "4h" },
  { nodeCount: "3", ttl: "4h" },
  { nodeCount: "2", ttl: "8h" },
);
const says = fc.constantFrom<{ set?: string; settings?: "mine" | "theirs" }>(
  {},
  { set: "nodeCount=4" },
  { settings: "mine" },
  { settings: "theirs" },
);
const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ at, edits }), weight: 1 },
    { arbitrary: fc.record({ at, says }), weight: 3 },
  ),
  { minLength: 2, maxLength: 10 },
);

/** One environment, and two checkouts of its project. */
class Team {
  public readonly place = new Workplace();
  private readonly projects: readonly [Project, Project];
  /** What each checkout knows of the environment: what it had after the last `up` from there. */
  private readonly known: [Layer | undefined, Layer | undefined] = [undefined, undefined];

  public constructor() {
    this.place.env = { ...this.place.env, DIGITALOCEAN_TOKEN: "t" };
    const folder = join(this.place.folder, "colleague");
    mkdirSync(folder);
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
      writeFileSync(join(folder, file), "name: shop\nruntime: nodejs\nconfig: {}\n");
    }
    this.projects = [this.place.project, { folder, name: "shop" }];
    mockWorkspace = new FakeWorkspace(this.place);
    mockWorkspace.createStack.mockImplementation(async () => {
      await this.exists({});
    });
    mockWorkspace.up.mockImplementation(() => this.exists(outputsOf(STACK)));
  }

  public async take(step: Step): Promise<void> {
    const project = this.projects[step.at];
    if ("edits" in step) {
      const file = readStackFile(project, STACK);
      writeStackFile(project, STACK, file?.text ?? "", step.edits, file?.basedOn);
      return;
    }
    const mine = readStackFile(project, STACK)?.own;
    const theirs = this.environment();
    const isAgreed =
      mine === undefined ||
      theirs === undefined ||
      isSame(mine, theirs) ||
      isSame(this.known[step.at], theirs);
    const { set, settings } = step.says;
    const error = await this.up(project, step.says);
    if (error !== undefined) {
      // A question, and nothing is lost meanwhile.
      expect({ isAgreed, settings, error }).toEqual({
        isAgreed: false,
        settings: undefined,
        error: expect.any(UserError) as UserError,
      });
      expect([readStackFile(project, STACK)?.own, this.environment()]).toEqual([mine, theirs]);
      return;
    }
    expect(isAgreed || settings !== undefined).toBe(true);
    const counts = (settings === "theirs" ? (theirs ?? mine) : (mine ?? theirs)) ?? {};
    const wanted = { ...counts, ...(set === undefined ? {} : { nodeCount: "4" }) };
    expect([readStackFile(project, STACK)?.own, this.environment()]).toEqual([wanted, wanted]);
    this.known[step.at] = wanted;
  }

  private async up(
    project: Project,
    { set, ...said }: { set?: string; settings?: string },
  ): Promise<unknown> {
    const context = this.place.context({ project, cwd: project.folder });
    try {
      const sets = set === undefined ? [] : [set];
      await run(context, [STACK], { yes: true, image: [], set: sets, ...said });
      return undefined;
    } catch (error) {
      return error;
    }
  }

  private environment(): Layer | undefined {
    return recordedSettings({ tags: this.place.backend.tagsOf(STACK), outputs: {} })?.own;
  }

  private exists(outputs: object): Promise<object> {
    this.place.backend.stack(STACK, checkpointOf(STACK, { outputs: { ...outputs } }));
    return Promise.resolve({ ...outputs, images: [] });
  }
}

function isSame(one: Layer | undefined, other: Layer): boolean {
  return one !== undefined && revisionOf(one) === revisionOf(other);
}

describe("two checkouts of one environment", () => {
  it("lose no value without a question, and are not asked about settled values", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const team = new Team();
        try {
          for (const step of taken) {
            await team.take(step);
          }
        } finally {
          team.place.remove();
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
