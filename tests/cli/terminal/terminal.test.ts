import { PassThrough, Writable } from "node:stream";
import { setImmediate as later } from "node:timers/promises";
import { flushed, terminalOf } from "../../../cli/terminal/terminal";

/** Streams as a terminal has them. */
function streamsOf(isTTY = true, columns?: number) {
  const stream = () => Object.assign(new PassThrough(), { isTTY, columns });
  return { stdin: stream(), stdout: stream(), stderr: stream() };
}

const NEVER = new AbortController().signal;

describe("a question", () => {
  it.each([
    ["y", true],
    ["Yes", true],
    ["n", false],
    ["", false],
    ["oh yes", false],
  ])("that is answered with %j counts as %p", async (answer, expected) => {
    const streams = streamsOf();
    const answered = terminalOf(streams, {}, []).confirm("Take it down?", NEVER);
    streams.stdin.write(`${answer}\n`);
    expect(await answered).toBe(expected);
    expect(String(streams.stderr.read())).toContain("Take it down? [y/N] ");
    expect(streams.stdout.read()).toBeNull();
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("does not get the answer yes from %s", async (_, key) => {
    const streams = streamsOf();
    const answered = terminalOf(streams, {}, []).confirm("Take it down?", NEVER);
    streams.stdin.write(key);
    expect(await answered).toBe(false);
  });

  it("ends when the command stops", async () => {
    const abort = new AbortController();
    const answered = terminalOf(streamsOf(), {}, []).confirm("Take it down?", abort.signal);
    abort.abort();
    expect(await answered).toBe(false);
  });
});

describe("a terminal", () => {
  it("can be asked when both its input and its stderr are a terminal", () => {
    const [terminal, pipe] = [streamsOf(true), streamsOf(false)];
    expect(terminalOf(terminal, {}, []).interactive).toBe(true);
    expect(terminalOf({ ...terminal, stdout: pipe.stdout }, {}, []).interactive).toBe(true);
    expect(terminalOf({ ...terminal, stdin: pipe.stdin }, {}, []).interactive).toBe(false);
    expect(terminalOf({ ...terminal, stderr: pipe.stderr }, {}, []).interactive).toBe(false);
  });

  it("redraws its last line, but not in a log, without colours or without control codes", () => {
    const [terminal, pipe] = [streamsOf(true), streamsOf(false)];
    expect(terminalOf({ ...terminal, stdin: pipe.stdin }, {}, []).live).toBe(true);
    expect(terminalOf({ ...terminal, stderr: pipe.stderr }, {}, []).live).toBe(false);
    expect(terminalOf(pipe, { FORCE_COLOR: "1" }, []).live).toBe(false);
    expect(terminalOf(terminal, { NO_COLOR: "1" }, []).live).toBe(false);
    expect(terminalOf(terminal, { TERM: "dumb" }, []).live).toBe(false);
  });

  it("has its reported width, or a default width", () => {
    expect(terminalOf(streamsOf(true, 57), {}, []).err.columns).toBe(57);
    expect(terminalOf(streamsOf(true, 0), {}, []).err.columns).toBe(100);
    expect(terminalOf(streamsOf(false), {}, []).err.columns).toBe(100);
  });
});

describe("the reader", () => {
  const broken = (code: string) => Object.assign(new Error(`write ${code}`), { code });

  it("may stop reading, as head does, and the command continues", () => {
    const streams = streamsOf(false);
    const { out } = terminalOf(streams, {}, []);
    expect(() => streams.stdout.emit("error", broken("EPIPE"))).not.toThrow();
    expect(() => out.write("and on")).not.toThrow();
  });

  it("gets the whole output before the command ends, even slowly", async () => {
    const taken: string[] = [];
    const slow = new Writable({
      write: (chunk, _, done) =>
        void later().then(() => {
          taken.push(String(chunk));
          done();
        }),
    });
    slow.write("one");
    slow.write("two");
    await flushed(slow);
    expect(taken.join("")).toBe("onetwo");
  });

  it("does not block a command's end without a reader", async () => {
    const left = new Writable({ write: (_chunk, _encoding, done) => done(broken("EPIPE")) });
    left.on("error", () => undefined);
    left.write("one");
    await flushed(left);
    await flushed(left.destroy());
    expect(left.destroyed).toBe(true);
  });

  it("does not hide another error of a stream", () => {
    const streams = streamsOf(false);
    terminalOf(streams, {}, []);
    expect(() => streams.stdout.emit("error", broken("EIO"))).toThrow("write EIO");
  });
});

describe("text that GitHub's runner treats as a command", () => {
  const written = (text: string, env: NodeJS.ProcessEnv = { GITHUB_ACTIONS: "true" }) => {
    const streams = streamsOf(false);
    terminalOf(streams, env, []).err.write(text);
    return String(streams.stderr.read());
  };
  /** What the runner does with a line. @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
  const isCommand = (text: string) =>
    text
      .split(/\r\n|\r|\n/)
      .some(
        (line) =>
          /^[\s\u0085]*::/.test(line) ||
          line.includes("##[") ||
          /^[\s\u0085]*\[command\]/.test(line),
      );

  it.each([
    "::add-mask::a\n",
    "  | x\n::stop-commands::y\n",
    " \t::group::x\n",
    "\u0085::error::x\n",
    "x\r::set-output name=a::b\n",
    "\n\n::debug::x",
    "shop | ##[group]x\n",
    "##[add-mask]a ##[error]b\n",
    "###[group]\n",
    ":::notice::\n",
  ])("is broken up: %j", (text) => {
    expect(isCommand(text)).toBe(true);
    const result = written(text);
    expect(isCommand(result)).toBe(false);
    expect(result.replaceAll("\u200b", "")).toBe(text);
  });

  it.each(["urn:pulumi:alice-dev::shop::type\n", "# [x]\n", "a::b\n", "## title\n"])(
    "is unchanged: %j",
    (text) => {
      expect(written(text)).toBe(text);
    },
  );

  it("is unchanged outside GitHub Actions", () => {
    expect(written("::add-mask::a\n", {})).toBe("::add-mask::a\n");
  });
});
