import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import pc from "picocolors";
import { hiding } from "../../core/known-secrets";

export type Paint = ReturnType<typeof pc.createColors>;

/** An output stream: stdout for the result, or stderr for progress. */
export interface Channel {
  readonly write: (text: string) => void;
  /** Colours, or functions without effect if colours are off. */
  readonly paint: Paint;
  readonly columns: number;
}

/** The person or program on the other side. */
export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
  /** Whether a person can answer questions. */
  readonly interactive: boolean;
  /** Whether a line on stderr can be redrawn, see {@link CLEAR_LINE}. */
  readonly live: boolean;
  /** @returns whether the answer began with y, and not Ctrl-C or Ctrl-D; only where `interactive` */
  readonly confirm: (question: string, signal: AbortSignal) => Promise<boolean>;
}

type Stream = Writable & { isTTY?: boolean; columns?: number };

const DEFAULT_COLUMNS = 100;

/** Clears the cursor's line, so that the next text replaces it. */
export const CLEAR_LINE = "\r\u001b[K";

/** A space without width. */
const BREAK = "\u200b";

/** @param secrets - removed from all output, also from a library's errors */
export function terminalOf(
  streams: { stdin: Readable & { isTTY?: boolean }; stdout: Stream; stderr: Stream },
  env: NodeJS.ProcessEnv,
  secrets: readonly string[],
): Terminal {
  const hide = hiding(secrets, "[secret]");
  const written = env.GITHUB_ACTIONS === "true" ? withoutWorkflowCommands : (text: string) => text;
  const channel = (stream: Stream): Channel => {
    stream.on("error", unlessReaderHasLeft);
    return {
      write: (text) => stream.write(written(hide(text))),
      paint: pc.createColors(wantsColor(stream, env)),
      // A terminal that does not know its width says 0.
      columns: stream.columns || DEFAULT_COLUMNS,
    };
  };
  return {
    out: channel(streams.stdout),
    err: channel(streams.stderr),
    interactive: streams.stdin.isTTY === true && streams.stderr.isTTY === true,
    live: streams.stderr.isTTY === true && wantsColor(streams.stderr, env),
    confirm: async (question, signal) => {
      const lines = createInterface({ input: streams.stdin, output: streams.stderr });
      try {
        return /^y/i.test(await lines.question(`${question} [y/N] `, { signal }));
      } catch (error) {
        if ((error as Error).name !== "AbortError") {
          throw error;
        }
        streams.stderr.write("\n");
        return false;
      } finally {
        lines.close();
      }
    },
  };
}

/** @see https://no-color.org and https://force-color.org */
function wantsColor(stream: Stream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) {
    return false;
  }
  return Boolean(env.FORCE_COLOR) || (stream.isTTY === true && env.TERM !== "dumb");
}

/** The reader may stop, as `head` does. The work continues, because an update must not end in the middle. */
function unlessReaderHasLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") {
    throw error;
  }
}

/**
 * Waits until a stream has passed on its content, or its reader has gone. A pipe takes 64 KiB at a time, and `process.exit`
 * loses the rest.
 */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}

/**
 * Inserts an invisible character into commands to GitHub's runner, such as `::add-mask::` or `##[group]`. The runner obeys every
 * line that a step prints, and we print text from containers, tests and pull requests.
 *
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function withoutWorkflowCommands(text: string): string {
  return text
    .replaceAll(/(^|[\r\n])([\s\u0085]*):(?=:)/g, `$1$2:${BREAK}`)
    .replaceAll(/#(?=#\[)/g, `#${BREAK}`);
}
