import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const PROJECT = "shop";

/** Backend on files in a temporary folder, laid out as Pulumi 3.259 does it. */
export class LocalBackend {
  public readonly folder = mkdtempSync(join(tmpdir(), "local backend "));
  public readonly url = pathToFileURL(this.folder).href;

  public constructor(public readonly project = PROJECT) {
    this.write(".pulumi/meta.yaml", "version: 1\n");
  }

  /** Writes a stack's checkpoint, with what Pulumi leaves beside it. */
  public stack(name: string, checkpoint: string | Buffer, ending = ".json"): void {
    const key = `.pulumi/stacks/${this.project}/${name}${ending}`;
    this.write(key, checkpoint);
    this.write(`${key}.attrs`, '{"user.content_type":"text/plain; charset=utf-8"}');
    this.write(`${key}.bak`, checkpoint);
    this.write(`${key}.bak.attrs`, '{"user.content_type":"text/plain; charset=utf-8"}');
    // Unlocking removes the lock and leaves its folder.
    mkdirSync(join(this.folder, this.lockFolder(name)), { recursive: true });
  }

  /** What is left of it are its backups, as Pulumi leaves them. */
  public removeStack(name: string): void {
    const key = `.pulumi/stacks/${this.project}/${name}`;
    for (const file of [`${key}.json`, `${key}.json.attrs`, `${key}.pulumi-tags`]) {
      rmSync(join(this.folder, file), { force: true });
    }
  }

  public tags(name: string, tags: Readonly<Record<string, string>>): void {
    this.write(
      `.pulumi/stacks/${this.project}/${name}.pulumi-tags`,
      JSON.stringify({ version: 1, tags }),
    );
  }

  /** A stack's tags as they are now. */
  public tagsOf(name: string): Record<string, string> {
    const file = join(this.folder, `.pulumi/stacks/${this.project}/${name}.pulumi-tags`);
    const text = existsSync(file) ? readFileSync(file, "utf8") : '{"tags":{}}';
    return (JSON.parse(text) as { readonly tags: Record<string, string> }).tags;
  }

  public lock(name: string, id: string, content: unknown): void {
    this.write(`${this.lockFolder(name)}/${id}.json`, JSON.stringify(content));
  }

  public unlock(name: string): void {
    rmSync(join(this.folder, this.lockFolder(name)), { recursive: true, force: true });
  }

  public write(key: string, content: string | Buffer): void {
    const file = join(this.folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private lockFolder(name: string): string {
    return `.pulumi/locks/organization/${this.project}/${name}`;
  }
}
