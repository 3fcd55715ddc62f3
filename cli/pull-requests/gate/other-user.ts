import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../../core/errors";
import type { Family } from "./process-family";

const run = promisify(execFile);

/** User ids without names; systemd reserves them for dynamic services. @see https://systemd.io/UIDS-GIDS/ */
const FIRST_USER = 61_184;
const LAST_USER = 65_519;

/**
 * A user of this machine for one test's processes only. It has no name, none of our groups and no way to gain rights, so it
 * can neither read our processes' environments nor change the programs that they run.
 */
export class OtherUser {
  private constructor(
    private readonly id: number,
    private readonly root: readonly string[],
    private readonly path: string,
  ) {}

  /** @throws {UserError} if this process may not change its user */
  public static async open({ PATH = "" }: NodeJS.ProcessEnv): Promise<OtherUser> {
    const root = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
    try {
      await running([...root, "setpriv", "--version"], PATH);
    } catch (cause) {
      throw new UserError(
        "a test's command runs as a separate user, but this job may not switch users",
        "give the job passwordless sudo, or run it as root, on Linux with setpriv (util-linux); or make the test an image, which runs in the environment",
        { cause },
      );
    }
    const taken = [...usersOfProcesses(), ...usersWithNames()];
    let id: number;
    do {
      id = randomInt(FIRST_USER, LAST_USER + 1);
    } while (taken.includes(id));
    return new OtherUser(id, root, PATH);
  }

  /** All processes of this user, in all process groups. */
  public get family(): Family {
    return {
      members: () => processesOf(this.id).length,
      // Not by process ids, which may belong to other processes by then.
      signal: async (signal) => {
        // It fails if the last process has just ended.
        await this.can(`kill -s ${signal.replace("SIG", "")} -- -1`);
      },
    };
  }

  public async give(folder: string): Promise<void> {
    await this.asRoot("chown", "-R", `${this.id}:${this.id}`, folder);
  }

  public async remove(folder: string): Promise<void> {
    await this.asRoot("rm", "-rf", "--", folder);
  }

  /**
   * Returns a command line that starts a program as this user, with only these variables. The variables are in a file in the
   * user's folder, because every user can read a process's arguments.
   *
   * @param folder - will belong to the user afterwards
   */
  public starting(
    words: readonly string[],
    variables: Readonly<Record<string, string>>,
    folder: string,
  ): string[] {
    const file = join(folder, "variables");
    const lines = Object.entries(variables).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
    );
    writeFileSync(file, lines.join(""), { mode: 0o600 });
    return this.words(["env", "-i", "sh", "-c", '. "$0"; exec "$@"', file, ...words]);
  }

  /**
   * @param folder - of the project
   * @throws {UserError} when the user cannot read it, or could change programs that later run with our secrets
   */
  public async requireReadOnly(folder: string): Promise<void> {
    const quoted = `'${folder.replaceAll("'", "'\\''")}'`;
    if (!(await this.can(`test -r ${quoted} -a -x ${quoted}`))) {
      throw new UserError(
        `a test's command runs as a separate user, which cannot read ${folder}`,
        'let other users enter the folders above it, as in: chmod o+x "$HOME"',
      );
    }
    if (await this.can(`test -w ${quoted} -o -w ${quoted}/bin`)) {
      throw new UserError(
        `a test's command runs as a separate user, which can write to ${folder}`,
        `chmod -R o-w ${folder}   # in GitLab: the variable FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR, see docs/ci.md`,
      );
    }
  }

  private words(words: readonly string[]): string[] {
    const as = [`--reuid=${this.id}`, `--regid=${this.id}`, "--clear-groups"];
    return [...this.root, "setpriv", ...as, "--inh-caps=-all", "--no-new-privs", ...words];
  }

  /** Whether a shell command succeeds as this user. */
  private can(line: string): Promise<boolean> {
    return running(this.words(["sh", "-c", line]), this.path).then(
      () => true,
      () => false,
    );
  }

  private async asRoot(...words: string[]): Promise<void> {
    await running([...this.root, ...words], this.path);
  }
}

async function running([program = "", ...args]: readonly string[], PATH: string): Promise<void> {
  await run(program, args, { cwd: "/", env: { PATH } });
}

function usersOfProcesses(): number[] {
  return processes().map(({ user }) => user);
}

function usersWithNames(): number[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines.map((line) => Number(line.split(":")[2]));
}

/** Returns a user's processes without zombies. @see proc_pid_stat(5) */
function processesOf(user: number): number[] {
  return processes().flatMap(({ pid, user: of }) => (of === user && isThere(pid) ? [pid] : []));
}

function isThere(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

function processes(): { readonly pid: number; readonly user: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const user = statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid;
      return user === undefined ? [] : [{ pid: Number(name), user }];
    });
}
