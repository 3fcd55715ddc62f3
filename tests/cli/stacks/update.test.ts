import type { EngineEvent } from "@pulumi/pulumi/automation";
import { EngineError } from "../../../cli/stacks/engine";
import { DamagedStateError, follow, StackLockedError } from "../../../cli/stacks/update";
import type { Followed } from "../../../cli/stacks/workspace";
import { Progress } from "../../../cli/terminal/progress";
import { UserError } from "../../../core/errors";
import { RecordingChannel } from "../support/channel";
import { begins, ends, fails, says } from "../support/events";
import { Workplace } from "../support/workplace";

let place: Workplace;
let channel: RecordingChannel;
let progress: Progress;
let time: number;
beforeEach(() => {
  place = new Workplace();
  channel = new RecordingChannel();
  time = 0;
  progress = new Progress(channel, false, () => time);
});
afterEach(() => {
  progress.close();
  place.remove();
});

const context = (verbose = false) => place.context({ verbose, now: () => new Date(time) });
const failed = (stderr: string) => new EngineError(["up"], { stdout: "", stderr, code: 255 });

/** Follows an operation that says these events, one a second, and then fails if it is to. */
function followed(events: readonly EngineEvent[], error?: Error): Promise<string> {
  return follow(context(), progress, ({ onEvent }) => {
    for (const event of events) {
      time += 1_000;
      onEvent(event);
    }
    return error === undefined ? Promise.resolve("done") : Promise.reject(error);
  });
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const CLUSTER = { op: "create", component: "DoksCluster" } as const;
const WORKERS = { ...CLUSTER, name: "workers" };
const NAMESPACE = { op: "create", component: "EnvironmentNamespace" } as const;

it("prints at Ctrl-C what it waits for", async () => {
  await follow(context(), progress, () => {
    place.abort.abort();
    return Promise.resolve("done");
  });
  expect(channel.text).toMatch(
    /stopping once running operations finish; Ctrl-C again leaves pulumi to finish them/,
  );
});

describe("a successful operation", () => {
  it("is shown by phases: each when the next one starts, the rest at the end", async () => {
    const told: string[] = [];
    const events = [begins(CLUSTER), ends(CLUSTER), begins(NAMESPACE), ends(NAMESPACE)];
    const result = await follow(context(), progress, ({ onEvent }) => {
      for (const event of events) {
        time += 1_000;
        onEvent(event);
        told.push(channel.take());
      }
      return Promise.resolve(42);
    });
    expect(result).toBe(42);
    expect(told).toEqual(["", "", "  ✓ cluster       1.0 s  1 created\n", ""]);
    expect(channel.text).toBe("  ✓ namespace     1.0 s  1 created\n");
  });

  it("shows no running phase, and no phase twice", async () => {
    await followed([
      begins(CLUSTER),
      begins(WORKERS),
      ends(CLUSTER),
      begins(NAMESPACE),
      ends(NAMESPACE),
      ends(WORKERS),
    ]);
    expect(channel.text).toBe(
      "  ✓ cluster       5.0 s  2 created\n  ✓ namespace     1.0 s  1 created\n",
    );
  });

  it("shows each warning once, without the engine's marks, and no empty ones", async () => {
    await followed([
      says("warning", "<{%fg 3%}>old version<{%reset%}>\n"),
      says("warning", "old version"),
      says("warning", "using pulumi-resource-kubernetes from $PATH at /usr/bin/x"),
      says("warning", "Undefined value (url) will not show as a stack output.\n"),
      says("warning", "[1/2] waiting", { ephemeral: true }),
      says("info", "hello"),
    ]);
    expect(channel.text).toBe("  ! old version\n");
  });

  it("is not shown when its events are consumed elsewhere", async () => {
    const heard: EngineEvent[] = [];
    const event = begins(CLUSTER);
    await follow(
      context(),
      progress,
      ({ onEvent }) => {
        onEvent(event);
        onEvent(says("warning", "old version"));
        return Promise.resolve();
      },
      (each) => heard.push(each),
    );
    expect(heard).toEqual([event]);
    expect(channel.text).toBe("  ! old version\n");
  });
});

describe("what pulumi prints", () => {
  const print = ({ stdout, onError }: Followed) => {
    onError("a warning\n");
    return Promise.resolve(stdout);
  };

  it("is only shown with --verbose, and never on stdout", async () => {
    expect(await follow(context(), progress, print)).toBe("ignore");
    expect(place.stderr()).toBe("");
    expect(await follow(context(true), progress, print)).toBe(process.stderr.fd);
    expect(place.stderr()).toBe("a warning\n");
    expect(place.stdout()).toBe("");
  });

  it("ends when the command is aborted", async () => {
    await follow(context(), progress, ({ signal }) => {
      expect(signal).toBe(place.abort.signal);
      return Promise.resolve();
    });
  });
});

describe("an operation that fails", () => {
  it("is reported with its errors and their resources, without consequential errors", async () => {
    const urn =
      "urn:pulumi:alice-dev::shop::kubernetes:apps/v1:Deployment::workloads:alice-dev/web";
    const stack = "urn:pulumi:alice-dev::shop::pulumi:pulumi:Stack::shop-alice-dev";
    const error = await errorOf(
      followed(
        [
          says("error", `resource "${urn}" was created, but is not ready`, { urn }),
          says("error", "2 errors occurred:\n\t* the Deployment timed out\n\t* and more\n", {
            urn: urn.replace("web", "db"),
          }),
          says("error", "the program has thrown", { urn: stack }),
          says("error", "update failed", { urn: stack }),
          says("error", "resource creation cancelled", { urn }),
          says("error", "rpc error: the client connection is closing", { urn }),
        ],
        failed("error: update failed"),
      ),
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message.split("\n")).toEqual([
      'workloads:alice-dev/web: resource "workloads:alice-dev/web" was created, but is not ready',
      "  workloads:alice-dev/db: the Deployment timed out",
      "  the program has thrown",
    ]);
  });

  it.each([
    "Error: failed to register new resource web [kubernetes:apps/v1:Deployment]: Resource monitor is terminating",
    "Error: resource monitor shut down while waiting on step's done channel",
    "Error: resource monitor shut down while sending resource registration",
    "Error: 14 UNAVAILABLE: resource monitor shut down while sending resource outputs",
  ])("is reported without the stack trace of an abandoned program: %s", async (left) => {
    const trace = `Running program '/shop' failed with an unhandled exception:\n<ref *1> ${left}\n    at Object.registerResource (/shop/node_modules/@pulumi/runtime/resource.ts:642:27)\n    at new Resource (/shop/node_modules/@pulumi/resource.ts:556:13) {\n  promise: Promise { <rejected> [Circular *1] }\n}`;
    const events = [says("error", "the quota is used up"), says("error", trace)];
    expect(await errorOf(followed(events, failed("error: update failed")))).toMatchObject({
      message: "the quota is used up",
    });
  });

  it("is reported with the stack trace of a failing program", async () => {
    const trace =
      "Running program '/shop' failed with an unhandled exception:\nTypeError: x is undefined\n    at index.ts:1:1";
    expect(await errorOf(followed([says("error", trace)], failed("failed")))).toMatchObject({
      message: trace,
    });
  });

  it("is reported with the process's output without an engine error", async () => {
    expect(await errorOf(followed([], failed("error: no stack named x\n")))).toMatchObject({
      message: "pulumi up failed: error: no stack named x",
      fix: "fix what pulumi reports and run the same command again",
    });
  });

  it("shows the progress of all phases", async () => {
    await errorOf(followed([begins(CLUSTER), begins(WORKERS), fails(CLUSTER)], failed("failed")));
    expect(channel.text).toBe("  ✗ cluster       2.0 s  1 failed, 1 unfinished\n");
  });

  it("is recognized as a locked stack, or as an unreadable state", async () => {
    const locked = failed("error: the stack is currently locked by 1 lock(s)");
    expect(await errorOf(followed([], locked))).toBeInstanceOf(StackLockedError);
    const damaged = failed("error: failed to load checkpoint: unexpected end of JSON input\n");
    const error = await errorOf(followed([], damaged));
    expect(error).toBeInstanceOf(DamagedStateError);
    expect(error).toMatchObject({
      message:
        "pulumi cannot read the stack's state: failed to load checkpoint: unexpected end of JSON input",
      fix: expect.stringContaining("<stack>.json.bak") as string,
    });
  });

  it("with another error fails with that error", async () => {
    const bug = new TypeError("x is undefined");
    expect(await errorOf(followed([begins(CLUSTER)], bug))).toBe(bug);
    expect(channel.text).toContain("✗ cluster");
  });
});
