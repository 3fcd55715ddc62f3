import { Engine } from "../../../cli/stacks/engine";
import { lastUpdates } from "../../../cli/stacks/history";
import { eachStack, findStack, requireStack } from "../../../cli/stacks/stacks";
import { UserError } from "../../../core/errors";
import { collected } from "../../helpers/collected";
import { Workplace } from "../support/workplace";
import { checkpointOf } from "./support/checkpoints";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.stack("alice-dev", checkpointOf("alice-dev"));
  place.backend.stack("bob-dev", checkpointOf("bob-dev"));
});
afterEach(() => place.remove());

const engine = () => new Engine(place.folder, place.env);

describe("a stack", () => {
  it("is found in the backend that pulumi would use in the project's folder", async () => {
    expect((await collected(eachStack(place.context()))).map(({ stack }) => stack)).toEqual([
      "alice-dev",
      "bob-dev",
    ]);
    expect(await findStack(place.context(), "bob-dev")).toMatchObject({ stack: "bob-dev" });
    expect(await findStack(place.context(), "carl-dev")).toBeUndefined();
  });

  it("that does not exist is reported with a similar name, and the command that creates it", async () => {
    const error: unknown = await requireStack(place.context(), "alcie-dev").catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: 'there is no environment "alcie-dev"; did you mean "alice-dev"?',
      fix: "doks-env list   # or, to create it: doks-env up alcie-dev",
    });
  });

  it("that does not exist and resembles no other is reported without a suggestion", async () => {
    await expect(requireStack(place.context(), "pr-123-ci")).rejects.toThrow(
      /^there is no environment "pr-123-ci"$/,
    );
  });
});

describe("the history of a stack", () => {
  it("is its last five updates", async () => {
    const update = {
      kind: "update",
      result: "succeeded",
      startTime: "2026-11-23T08:29:00.000Z",
      endTime: "2026-11-23T08:30:00.000Z",
    };
    const history = [
      { ...update, resourceChanges: { create: 44 } },
      { ...update, result: "failed" },
    ];
    place.pulumi.answer("stack history", { stdout: JSON.stringify(history) });
    const told = {
      kind: "update",
      result: "succeeded",
      startedAt: "2026-11-23T08:29:00.000Z",
      endedAt: "2026-11-23T08:30:00.000Z",
    };
    expect(await lastUpdates(engine(), "alice-dev")).toEqual([
      { ...told, changes: { create: 44 } },
      { ...told, result: "failed", changes: {} },
    ]);
    expect(place.pulumi.calls[0]?.join(" ")).toBe(
      "stack history --json --page-size 5 --page 1 --stack alice-dev",
    );
  });
});
