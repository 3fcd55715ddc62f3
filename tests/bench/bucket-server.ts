import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const KEYS_A_PAGE = 1_000;

/**
 * Answers for a folder as S3 does for a bucket, as far as it is read: lists in pages, objects and their beginnings. Each answer
 * takes as long as one from another region.
 */
export class BucketServer {
  public requests = 0;
  private keys: readonly string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly delayMs: number,
    private readonly folder: string,
  ) {}

  public static async open(folder: string, delayMs: number): Promise<BucketServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const bucket = new BucketServer(server, delayMs, folder);
    bucket.keys = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((key) => key.startsWith(".pulumi/"))
      .sort();
    server.on("request", (request, response) => void bucket.answer(request, response));
    return bucket;
  }

  /** For PULUMI_BACKEND_URL. */
  public get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `s3://state?endpoint=127.0.0.1:${port}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1`;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    await sleep(this.delayMs);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://bucket");
    if (searchParams.has("list-type")) {
      const prefix = searchParams.get("prefix") ?? "";
      const after = searchParams.get("continuation-token") ?? "";
      response.end(pageOf(this.keys, prefix, after));
      return;
    }
    const file = join(this.folder, decodeURIComponent(pathname.replace(/^\/state\//, "")));
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
      return;
    }
    const bytes = readFileSync(file);
    const [, last] = /^bytes=0-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    response
      .writeHead(last === undefined ? 200 : 206)
      .end(last === undefined ? bytes : bytes.subarray(0, Number(last) + 1));
  }
}

function pageOf(keys: readonly string[], prefix: string, after: string): string {
  const all = keys.filter((key) => key.startsWith(prefix) && key > after);
  const page = all.slice(0, KEYS_A_PAGE);
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  const isCut = all.length > page.length;
  const next = isCut ? `<NextContinuationToken>${page.at(-1) ?? ""}</NextContinuationToken>` : "";
  return `<ListBucketResult><IsTruncated>${isCut}</IsTruncated>${contents}${next}</ListBucketResult>`;
}
