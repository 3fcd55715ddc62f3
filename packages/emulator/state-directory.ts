import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newToken } from "./account/token";
import { UserError } from "./errors";
import { replaceFile } from "./replace-file";

/** The files of a state directory that belong to the emulator as a whole. */
export class StateDirectory {
  /** The account's token with full access, made at the first start. */
  public readonly token: string;

  /** @param path - created if it does not exist; readable only by its owner */
  public constructor(public readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.token = this.read("token") ?? this.write("token", newToken());
  }

  /** The port of the last start. */
  public get port(): number | undefined {
    const endpoint = this.read("endpoint");
    return endpoint === undefined ? undefined : Number(new URL(endpoint).port);
  }

  /** Records that this process serves the directory, at this URL. */
  public claim(endpoint: string): void {
    this.write("endpoint", endpoint);
    this.write("pid", String(process.pid));
  }

  /** Records that no process serves it. */
  public release(): void {
    rmSync(join(this.path, "pid"), { force: true });
  }

  /** @throws UserError if another process serves this directory */
  public async checkIsFree(): Promise<void> {
    const endpoint = this.read("endpoint");
    const pid = this.read("pid");
    if (endpoint !== undefined && pid !== undefined && (await pidAt(endpoint)) === Number(pid)) {
      throw new UserError(
        `the emulator in ${this.path} is running already: process ${pid}, ${endpoint}`,
        `use that one, or stop it first: kill ${pid}`,
      );
    }
  }

  private read(name: string): string | undefined {
    const file = join(this.path, name);
    return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  }

  /** Readers wait until the file exists. */
  private write(name: string, content: string): string {
    replaceFile(join(this.path, name), `${content}\n`);
    return content;
  }
}

/** Returns the emulator's process that answers at an endpoint; undefined without an answer or for another server. */
async function pidAt(endpoint: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${endpoint}/_emulator/health`, {
      signal: AbortSignal.timeout(2000),
    });
    return ((await response.json()) as { pid?: number }).pid;
  } catch {
    return undefined;
  }
}
