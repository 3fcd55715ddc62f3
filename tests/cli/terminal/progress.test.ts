import type { Phase } from "../../../cli/stacks/phases";
import { phaseDetail } from "../../../cli/stacks/phases";
import { Progress, progressOf } from "../../../cli/terminal/progress";
import { CLEAR_LINE } from "../../../cli/terminal/terminal";
import { RecordingChannel } from "../support/channel";
import { Workplace } from "../support/workplace";

let channel: RecordingChannel;
let progress: Progress;
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  channel = new RecordingChannel();
});
afterEach(() => {
  progress.close();
  jest.useRealTimers();
});

function start(live: boolean): Progress {
  progress = new Progress(channel, live, () => Date.now());
  return progress;
}

describe("in a log", () => {
  beforeEach(() => start(false));

  it("prints a line with the duration for each completed or failed step", () => {
    progress.done("cluster", 301_250, "2 created");
    progress.failed("workloads", 600_049, "2 failed, 1 unfinished");
    progress.done("smoke test", 0, "");
    expect(channel.text).toBe(`  ✓ cluster     301.3 s  2 created
  ✗ workloads   600.0 s  2 failed, 1 unfinished
  ✓ smoke test    0.0 s
`);
  });

  it("prints the current step after half a minute without a line, and again after another", () => {
    progress.show([{ name: "workloads", startedAt: 0 }]);
    jest.advanceTimersByTime(29_900);
    expect(channel.take()).toBe("");
    jest.advanceTimersByTime(100);
    expect(channel.take()).toBe("  … workloads 30.0 s\n");
    jest.advanceTimersByTime(29_800);
    expect(channel.take()).toBe("");
    jest.advanceTimersByTime(200);
    expect(channel.take()).toBe("  … workloads 60.0 s\n");
  });

  it("restarts that interval after any other line", () => {
    progress.show([{ name: "workloads", startedAt: 0 }]);
    jest.advanceTimersByTime(20_000);
    progress.note("  ! a warning");
    jest.advanceTimersByTime(20_000);
    expect(channel.take()).toBe("  ! a warning\n");
    jest.advanceTimersByTime(10_000);
    expect(channel.take()).toBe("  … workloads 50.0 s\n");
  });

  it("prints nothing between steps", () => {
    jest.advanceTimersByTime(120_000);
    expect(channel.text).toBe("");
  });

  it("prints only the changes of a phase", () => {
    const none = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 };
    const phase = (changes: Partial<Phase>) => phaseDetail({ ...none, ...changes } as Phase);
    expect(phase({ created: 3, updated: 1, deleted: 4, unchanged: 1, failed: 5 })).toBe(
      "3 created, 1 updated, 4 deleted, 1 unchanged, 5 failed",
    );
    expect(phase({ unchanged: 2 })).toBe("2 unchanged");
    expect(phase({})).toBe("");
  });

  it("never redraws a line", () => {
    progress.show([{ name: "workloads", startedAt: 0 }]);
    progress.done("cluster", 1_000, "");
    jest.advanceTimersByTime(60_000);
    progress.close();
    expect(channel.text).not.toContain("\u001b");
    expect(channel.text).not.toContain("\r");
  });
});

describe("on a terminal", () => {
  beforeEach(() => start(true));

  it("shows the current step and its duration in the last line", () => {
    progress.show([
      { name: "cluster", startedAt: -60_000 },
      { name: "access", startedAt: 0 },
    ]);
    jest.advanceTimersByTime(400);
    expect(channel.text).toBe(
      `${CLEAR_LINE}  ⠙ cluster 60.2 s, access 0.2 s${CLEAR_LINE}  ⠹ cluster 60.4 s, access 0.4 s`,
    );
  });

  it("replaces that line by completed steps", () => {
    progress.show([{ name: "cluster", startedAt: 0 }]);
    jest.advanceTimersByTime(200);
    channel.take();
    progress.done("access", 100, "4 created");
    expect(channel.take()).toBe(`${CLEAR_LINE}  ✓ access        0.1 s  4 created\n`);
  });

  it("never wraps that line, because only one line can be redrawn", () => {
    channel = new RecordingChannel(20);
    start(true).show([{ name: "a long name of something", startedAt: 0 }]);
    jest.advanceTimersByTime(200);
    expect(channel.text).toBe(`${CLEAR_LINE}  ⠙ a long name of `);
    expect(channel.text.length - CLEAR_LINE.length).toBe(19);
  });

  it("removes that line at the end", () => {
    progress.show([{ name: "cluster", startedAt: 0 }]);
    progress.close();
    jest.advanceTimersByTime(1_000);
    expect(channel.text).toBe(CLEAR_LINE);
  });
});

describe("something that is one line", () => {
  beforeEach(() => start(false));

  it("is shown during the work, and then with its result", async () => {
    const work = async () => {
      jest.advanceTimersByTime(31_000);
      return Promise.resolve(3);
    };
    expect(await progress.during("checks", work, (count) => `${count} warnings`)).toBe(3);
    jest.advanceTimersByTime(60_000);
    expect(channel.text).toBe("  … checks 30.0 s\n  ✓ checks       31.0 s  3 warnings\n");
  });

  it("is shown as failed when it fails, and fails", async () => {
    const work = () => Promise.reject(new Error("no token"));
    await expect(progress.during("checks", work, () => "")).rejects.toThrow("no token");
    jest.advanceTimersByTime(60_000);
    expect(channel.text).toBe("  ✗ checks        0.0 s\n");
  });
});

describe("a command's progress", () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it.each([
    [true, false, true],
    // What pulumi says comes between.
    [true, true, false],
    [false, false, false],
  ])("on a live terminal (%p) with --verbose (%p) is redrawn: %p", (live, verbose, redrawn) => {
    const context = place.context({ verbose, now: () => new Date(Date.now()) });
    progress = progressOf({ ...context, terminal: { ...context.terminal, live, err: channel } });
    progress.show([{ name: "cluster", startedAt: 0 }]);
    jest.advanceTimersByTime(200);
    expect(channel.text.includes(CLEAR_LINE)).toBe(redrawn);
  });
});
