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
  ])("is not answered with yes by %s", async (_, key) => {
    const streams = streamsOf();
    const answered = terminalOf(streams, {}, []).confirm("Take it down?", NEVER);
    streams.stdin.write(key);
    expect(await answered).toBe(false);
  });

  it("is given up when the command is told to stop", async () => {
    const abort = new AbortController();
    const answered = terminalOf(streamsOf(), {}, []).confirm("Take it down?", abort.signal);
    abort.abort();
    expect(await answered).toBe(false);
  });
});

describe("a terminal", () => {
  it("can be asked when both its input and its stderr are one", () => {
    const [terminal, pipe] = [streamsOf(true), streamsOf(false)];
    expect(terminalOf(terminal, {}, []).interactive).toBe(true);
    expect(terminalOf({ ...terminal, stdout: pipe.stdout }, {}, []).interactive).toBe(true);
    expect(terminalOf({ ...terminal, stdin: pipe.stdin }, {}, []).interactive).toBe(false);
    expect(terminalOf({ ...terminal, stderr: pipe.stderr }, {}, []).interactive).toBe(false);
  });

  it("has its last line redrawn, but not in a log, without colours, or when it knows no codes", () => {
    const [terminal, pipe] = [streamsOf(true), streamsOf(false)];
    expect(terminalOf({ ...terminal, stdin: pipe.stdin }, {}, []).live).toBe(true);
    expect(terminalOf({ ...terminal, stderr: pipe.stderr }, {}, []).live).toBe(false);
    expect(terminalOf(pipe, { FORCE_COLOR: "1" }, []).live).toBe(false);
    expect(terminalOf(terminal, { NO_COLOR: "1" }, []).live).toBe(false);
    expect(terminalOf(terminal, { TERM: "dumb" }, []).live).toBe(false);
  });

  it("is as wide as it says, or of an ordinary width when it does not know", () => {
    expect(terminalOf(streamsOf(true, 57), {}, []).err.columns).toBe(57);
    expect(terminalOf(streamsOf(true, 0), {}, []).err.columns).toBe(100);
    expect(terminalOf(streamsOf(false), {}, []).err.columns).toBe(100);
  });
});

describe("the reader", () => {
  const broken = (code: string) => Object.assign(new Error(`write ${code}`), { code });

  it("may stop reading, as head does, and the command goes on", () => {
    const streams = streamsOf(false);
    const { out } = terminalOf(streams, {}, []);
    expect(() => streams.stdout.emit("error", broken("EPIPE"))).not.toThrow();
    expect(() => out.write("and on")).not.toThrow();
  });

  it("gets all of it, however slowly, before the command ends", async () => {
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

  it("keeps no command from ending when nobody does", async () => {
    const left = new Writable({ write: (_chunk, _encoding, done) => done(broken("EPIPE")) });
    left.on("error", () => undefined);
    left.write("one");
    await flushed(left);
    await flushed(left.destroy());
    expect(left.destroyed).toBe(true);
  });

  it("is not forgotten when something else is wrong with a stream", () => {
    const streams = streamsOf(false);
    terminalOf(streams, {}, []);
    expect(() => streams.stdout.emit("error", broken("EIO"))).toThrow("write EIO");
  });
});

describe("what GitHub's runner takes for a command", () => {
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
    "leaves %j as it is",
    (text) => {
      expect(written(text)).toBe(text);
    },
  );

  it("is left as it is everywhere else", () => {
    expect(written("::add-mask::a\n", {})).toBe("::add-mask::a\n");
  });
});
