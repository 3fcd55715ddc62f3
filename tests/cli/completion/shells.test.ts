import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { run } from "../../../cli/completion/completion.action";
import type { Context } from "../../../cli/terminal/context";
import { UsageError } from "../../../cli/terminal/errors";
import { checkpointOf } from "../stacks/support/checkpoints";
import { LocalBackend } from "../stacks/support/local-backend";

// The scripts in the shells that they are for, each with a terminal, as far as they are installed on this machine.

const ROOT = join(__dirname, "../../..");

let folder: string;
let backend: LocalBackend;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "shells-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  buildSync({
    entryPoints: [join(__dirname, "support/run-complete.ts")],
    outfile: join(folder, "run-complete.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
  });
  // Completes as doks-env does; of any other call it says what it got.
  install(
    "doks-env",
    `if [ "$1" = __complete ]; then exec '${process.execPath}' '${folder}/run-complete.js' "$@"; fi
printf RAN; printf '<%s>' "$@"; echo
`,
  );
  for (const shell of ["bash", "zsh", "fish"]) {
    writeFileSync(join(folder, `script.${shell}`), await scriptFor(shell));
  }
  mkdirSync(join(folder, "overlays"));
  backend = new LocalBackend();
  backend.stack("alice-dev", checkpointOf("alice-dev"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  env = {
    PATH: `${folder}/bin:${process.env.PATH ?? ""}`,
    HOME: folder,
    TERM: "dumb",
    PULUMI_BACKEND_URL: backend.url,
  };
});
afterAll(() => {
  backend.remove();
  rmSync(folder, { recursive: true });
});

function install(command: string, script: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  const file = join(folder, "bin", command);
  writeFileSync(file, `#!/bin/sh\n${script}`);
  chmodSync(file, 0o755);
}

async function scriptFor(shell: string): Promise<string> {
  return (await run({ home: ROOT } as Context, [shell])).text();
}

const isInstalled = (command: string) => spawnSync(command, ["--version"]).error === undefined;

/** Types into a shell that has a terminal. @returns what doks-env was run with, one for each line typed */
async function type(shell: string, lines: readonly string[]): Promise<string[]> {
  const terminal = spawn("script", ["-qfc", shell, "/dev/null"], { cwd: folder, env });
  const ended = once(terminal, "close");
  try {
    return await new Promise((resolve, reject) => {
      let screen = "";
      terminal.stdout.on("data", (chunk: Buffer) => {
        screen += chunk.toString();
        const ran = [...screen.matchAll(/RAN(<[^\r\n]*>)\r?\n/g)].map(([, words = ""]) => words);
        if (ran.length === lines.length) {
          resolve(ran.map((words) => words.replaceAll("/>", ">"))); // zsh takes a last slash away again.
        }
      });
      terminal.on("error", reject);
      terminal.on("close", () => reject(new Error(`the shell has ended:\n${screen}`)));
      terminal.stdin.write(lines.map((line) => `${line}\n`).join(""));
    });
  } finally {
    terminal.kill();
    await ended;
  }
}

describe("the completion script", () => {
  it("exists for bash, zsh and fish, which the error for other shells lists", async () => {
    await expect(scriptFor("bsh")).rejects.toThrow(UsageError);
    await expect(scriptFor("bsh")).rejects.toMatchObject({
      message: 'there is no completion for the shell "bsh"; supported: bash, zsh, fish',
      fix: "doks-env completion bash",
    });
  });

  /** What is typed in a shell, and the words that the command gets. */
  const TYPED = [
    ["doks-env exten\tali\t4h", "<extend><alice-dev><4h>"],
    ["doks-env kubeconfig --me\tali\t", "<kubeconfig><--merge><alice-dev>"],
    ["doks-env reap run --announce web\t", "<reap><run><--announce><webhook>"],
    ["doks-env reap run --announce=web\t", "<reap><run><--announce=webhook>"],
    [
      "doks-env up --set 'a=b c' --overlay ov\t ali\t",
      "<up><--set><a=b c><--overlay><overlays><alice-dev>",
    ],
    ["doks-env up --overlay=ov\t ali\t", "<up><--overlay=overlays><alice-dev>"],
  ] as const;

  it("completes commands, stacks, options, their values and folders in bash", async () => {
    writeFileSync(join(folder, "bashrc"), "PS1=; source ./script.bash\n");
    const told = await type(
      "bash --noprofile --rcfile bashrc -i",
      TYPED.map(([line]) => line),
    );
    expect(told).toEqual(TYPED.map(([, words]) => words));
  });

  (isInstalled("zsh") ? it : it.skip)(
    "does the same for zsh, where that is installed",
    async () => {
      const setup = "autoload -Uz compinit && compinit -u -D\nPS1=\nsource ./script.zsh\n";
      writeFileSync(join(folder, ".zshrc"), setup);
      const told = await type(
        "zsh -i",
        TYPED.map(([line]) => line),
      );
      expect(told).toEqual(TYPED.map(([, words]) => words));
    },
  );

  (isInstalled("fish") ? it : it.skip)("does so for fish, where that is installed", () => {
    const ask = (line: string) =>
      execFileSync("fish", ["-N", "-C", "source script.fish", "-c", `complete -C "${line}"`], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
    expect(ask("doks-env exten")).toBe("extend\textend the life of an environment\n");
    expect(ask("doks-env down ")).toBe("alice-dev\n");
    expect(ask("doks-env kubeconfig --me")).toMatch(/^--merge\tadd it to your own kubeconfig/);
    expect(ask("doks-env reap run --announce=w")).toBe("--announce=webhook\n");
    expect(ask("doks-env up --overlay ov")).toMatch(/^overlays\/\t/);
    expect(ask("doks-env up --overlay=ov")).toMatch(/^--overlay=overlays\/\t/);
  });
});
