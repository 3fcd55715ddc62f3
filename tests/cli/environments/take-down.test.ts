import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { type TakeDownOptions, takeDown } from "../../../cli/environments/take-down";
import { EngineError } from "../../../cli/stacks/engine";
import type { StackRecord } from "../../../cli/stacks/record";
import { findStack } from "../../../cli/stacks/stacks";
import type { Workspace } from "../../../cli/stacks/workspace";
import type { Context } from "../../../cli/terminal/context";
import { InterruptedError } from "../../../cli/terminal/errors";
import { Progress } from "../../../cli/terminal/progress";
import { UserError } from "../../../core/errors";
import { checkpointOf } from "../stacks/support/checkpoints";
import { RecordingChannel } from "../support/channel";
import { FakeWorkspace } from "../support/fake-workspace";
import { FOREIGN_LOCK } from "../support/records";
import { Workplace } from "../support/workplace";

// What it does with a real account: tests/cli/environments/teardown.test.ts; what `down` says of it: down.test.ts.

const EMPTY_ACCOUNT = {
  identity: () => Promise.resolve({ uuid: "team-1", name: "Acme" }),
  ...Object.fromEntries(
    ["clusters", "droplets", "loadBalancers", "volumes", "volumeSnapshots"].map((kind) => [
      kind,
      () => Promise.resolve([]),
    ]),
  ),
} as unknown as DigitalOcean;

let place: Workplace;
let workspace: FakeWorkspace;
let progress: Progress;
beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, KUBECONFIG: join(place.folder, "none") };
  for (const stack of ["alice-dev", "bob-dev"]) {
    place.backend.stack(stack, checkpointOf(stack));
    place.write(`.rendered/${stack}/kubeconfig.yaml`, "");
  }
  workspace = new FakeWorkspace(place);
  progress = new Progress(new RecordingChannel(), false, () => 0);
});
afterEach(() => {
  progress.close();
  place.remove();
});

function down(
  options: Partial<TakeDownOptions> = {},
  stack = "alice-dev",
  changes: Partial<Context> = {},
) {
  const tools = {
    workspace: workspace as unknown as Workspace,
    account: EMPTY_ACCOUNT,
    progress,
  };
  return takeDown(place.context(changes), stack, tools, { command: "down", ...options });
}

describe("taking down", () => {
  it("asks no question, and returns remaining resources and the cost", async () => {
    expect(await down()).toEqual({ left: [], costSoFarUsd: 8.14 });
    expect(workspace.removeStack.mock.calls).toEqual([["alice-dev"]]);
  });

  it("keeps the stack of a sleeping environment, but no files on this machine", async () => {
    expect(await down({ command: "sleep" })).toMatchObject({ left: [] });
    expect(workspace.destroy).toHaveBeenCalledTimes(1);
    expect(workspace.removeStack).not.toHaveBeenCalled();
    expect(existsSync(join(place.folder, ".rendered/alice-dev"))).toBe(false);
  });

  it("marks an environment after a failed teardown, but not after a sleep", async () => {
    const read = async () => (await findStack(place.context(), "alice-dev"))?.tags ?? {};
    workspace.destroy.mockRejectedValue(new UserError("nothing answers", "wait"));
    await expect(down({ command: "sleep" })).rejects.toThrow("nothing answers");
    expect(await read()).not.toHaveProperty("going");
    await expect(down()).rejects.toThrow("nothing answers");
    expect(await read()).toHaveProperty("going", place.context().now().toISOString());
  });

  it("marks an environment before the first deletion, but not after a refusal", async () => {
    const read = async () => (await findStack(place.context(), "alice-dev"))?.tags ?? {};
    const allow = () => Promise.reject(new Error("it was used meanwhile"));
    await expect(down({ allow })).rejects.toThrow("it was used meanwhile");
    expect(await read()).not.toHaveProperty("going");
    workspace.destroy.mockImplementation(async () => {
      expect(await read()).toHaveProperty("going");
      return {};
    });
    await down();
    expect(workspace.destroy).toHaveBeenCalledTimes(1);
  });

  it("reads the stack again before the deletion, and stops when it must stay", async () => {
    const seen: StackRecord[] = [];
    const refusal = down({
      allow: (record) => {
        seen.push(record);
        throw new Error("it was used meanwhile");
      },
    });
    await expect(refusal).rejects.toThrow("it was used meanwhile");
    expect(seen).toMatchObject([{ stack: "alice-dev", hasResources: true }]);
    expect(workspace.destroy).not.toHaveBeenCalled();
    expect(workspace.removeStack).not.toHaveBeenCalled();
  });

  it("is refused for a protected or locked stack", async () => {
    place.backend.tags("alice-dev", { protected: "true" });
    await expect(down()).rejects.toThrow('"alice-dev" is protected');
    place.lock("bob-dev", FOREIGN_LOCK);
    await expect(down({}, "bob-dev")).rejects.toThrow('stack "bob-dev" is locked by alice@');
    expect(workspace.destroy).not.toHaveBeenCalled();
  });

  it("of several at the same time stops each by its own signal", async () => {
    const abort = new AbortController();
    workspace.destroy.mockImplementation(({ signal }) => {
      if (signal === abort.signal) {
        abort.abort();
        const output = { stdout: "", stderr: "error: destroy cancelled", code: 255 };
        return Promise.reject(new EngineError(["destroy"], output));
      }
      return Promise.resolve({});
    });
    const [alice, bob] = await Promise.allSettled([
      down({ command: "sleep" }, "alice-dev", { signal: abort.signal }),
      down({}, "bob-dev"),
    ]);
    expect(alice).toMatchObject({
      status: "rejected",
      reason: expect.any(InterruptedError),
    });
    expect((alice as PromiseRejectedResult).reason).toMatchObject({
      fix: "doks-env sleep alice-dev   # continues",
    });
    expect(bob).toMatchObject({ status: "fulfilled", value: { left: [] } });
    expect(workspace.removeStack.mock.calls).toEqual([["bob-dev"]]);
  });
});
