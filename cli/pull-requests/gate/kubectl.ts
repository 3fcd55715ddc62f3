import { type ChildProcess, spawn } from "node:child_process";
import { UserError } from "../../../core/errors";
import { excerpt } from "../../cluster/excerpt";

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Kubectl {
  /** @param env - with the token for the kubeconfig's credential */
  public constructor(
    private readonly kubeconfig: string,
    private readonly namespace: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Runs kubectl. @returns its output. @throws {UserError} with kubectl's message when it fails */
  public async output(args: readonly string[], input = ""): Promise<string> {
    const child = this.start(args);
    const printed = await printedBy(child, input);
    if (printed.code !== 0) {
      throw new UserError(
        `kubectl ${args[0] ?? ""} failed: ${excerpt(printed.stderr)}`,
        "doks-env doctor   # checks kubectl's version; otherwise fix what kubectl reports",
      );
    }
    return printed.stdout;
  }

  /** Starts kubectl, which the caller must end. */
  public start(args: readonly string[]): ChildProcess {
    const all = ["--kubeconfig", this.kubeconfig, "--namespace", this.namespace, ...args];
    return spawn("kubectl", all, { env: this.env, stdio: ["pipe", "pipe", "pipe"] });
  }
}

function printedBy(child: ChildProcess, input: string): Promise<Printed> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", (cause) =>
      reject(
        new UserError(
          `kubectl cannot be run: ${cause.message}`,
          "install it (https://kubernetes.io/docs/tasks/tools/) and put it on PATH",
          { cause },
        ),
      ),
    );
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
    // kubectl may end without reading its input.
    child.stdin?.on("error", () => undefined).end(input);
  });
}
