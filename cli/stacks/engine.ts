import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { UserError } from "../../core/errors";
import type { Context } from "../terminal/context";
import { backendUrl } from "./backend-url";

const INSTALL_PULUMI =
  "install it (https://www.pulumi.com/docs/install/) and put it on PATH; `doks-env doctor` checks it";

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A pulumi run failed; the message is Pulumi's own. */
export class EngineError extends Error {
  public override readonly name = "EngineError";
  public readonly output: Output;

  public constructor(args: readonly string[], output: Output) {
    const words = args.slice(0, 2).filter((word) => !word.startsWith("-"));
    super(`pulumi ${words.join(" ")} failed: ${output.stderr.trim() || output.stdout.trim()}`);
    this.output = output;
  }

  public get isLocked(): boolean {
    return /the stack is currently locked by|Another update is currently in progress/.test(
      this.output.stderr,
    );
  }

  /** Whether pulumi cannot read the stack's state. */
  public get isStateDamaged(): boolean {
    return /failed to load checkpoint/.test(this.output.stderr);
  }
}

/**
 * Pulumi writes the state up to hundreds of times in an update: in an object store it is compressed to a seventh or less. Node 22
 * and later cache the compiled program and SDK. Variables that the user has set take precedence.
 *
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export function engineFor({ project, env }: Pick<Context, "project" | "env">): Engine {
  const isObjectStore = /^(s3|gs|azblob):/.test(backendUrl(env, project.folder));
  const compression = isObjectStore ? { PULUMI_DIY_BACKEND_GZIP: "true" } : {};
  const cache = { NODE_COMPILE_CACHE: join(project.folder, "build/compile-cache") };
  return new Engine(project.folder, { ...cache, ...compression, ...env });
}

export interface RunOptions {
  /** Added to the command's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default - the project's folder */
  readonly folder?: string;
  readonly onStart?: (pid: number) => void;
  /** Where pulumi prints its progress: nowhere, or to a file descriptor. @default - into the output */
  readonly stdout?: "ignore" | number;
  readonly onError?: (text: string) => void;
  /** Interrupts pulumi, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/**
 * Runs pulumi in a process group of its own. A terminal sends Ctrl-C to the whole group, and the command forwards it, too;
 * pulumi would stop in the middle of a resource after two interrupts.
 */
export class Engine {
  public constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Returns pulumi's stdout. @throws {EngineError} when it fails */
  public async output(...args: string[]): Promise<string> {
    return (await this.run(args)).stdout;
  }

  /** @throws {EngineError} when pulumi fails; the signal's reason if it aborted before */
  public async run(args: readonly string[], options: RunOptions = {}): Promise<Output> {
    const { env, folder = this.folder, onStart, stdout = "pipe", onError, signal } = options;
    signal?.throwIfAborted();
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: folder,
      env: { ...this.env, ...env, PULUMI_AUTOMATION_API: "true" },
      stdio: ["ignore", stdout, "pipe"],
      detached: true,
    });
    if (child.pid !== undefined) {
      onStart?.(child.pid);
    }
    const interrupt = () => child.kill("SIGINT");
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      const output = await outputOf(child, onError);
      if (output.code !== 0) {
        throw new EngineError(args, output);
      }
      return output;
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
  }
}

function outputOf(child: ChildProcess, onError?: (text: string) => void): Promise<Output> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onError?.(text);
    });
    child.on("error", (cause) => reject(notFound(cause)));
    child.on("close", (code) => resolve({ stdout, stderr, code: code ?? 1 }));
  });
}

function notFound(cause: Error): UserError {
  return new UserError(`pulumi cannot be run: ${cause.message}`, INSTALL_PULUMI, { cause });
}
