import { type ChildProcess, spawn } from "node:child_process";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const BUCKET = "state";
const CREDENTIALS = { accessKeyId: "of-the-test", secretAccessKey: "of the test" };

/** An independent S3 server (moto) with one bucket, on loopback and in memory. */
export class S3Server {
  /** Variables with the credentials. */
  public readonly env = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  private readonly client: S3Client;
  private folders = 0;

  private constructor(
    private readonly server: ChildProcess,
    private readonly address: string,
  ) {
    // The SDK warns about this Node's version.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
    this.client = new S3Client({
      endpoint: `http://${address}`,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: CREDENTIALS,
    });
  }

  /** @param python - an interpreter that has what ./requirements.txt lists */
  public static async start(python: string): Promise<S3Server> {
    const server = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const started = new S3Server(server, await addressOf(server));
    await started.client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return started;
  }

  /** A new Pulumi backend, in a folder of the bucket. */
  public newBackend(): { readonly url: string; readonly folder: string } {
    this.folders++;
    const folder = `team/${this.folders}`;
    const query = `endpoint=${this.address}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1`;
    return { url: `s3://${BUCKET}/${folder}?${query}`, folder };
  }

  public async put(key: string, body: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
  }

  public async close(): Promise<void> {
    this.client.destroy();
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
  }
}

/** Its address: it chooses a free port and prints it. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const address = /Running on http:\/\/(\S+)/.exec(said)?.[1];
      if (address !== undefined) {
        resolve(address);
      }
    });
    server.once("error", reject);
    server.once("exit", (code) =>
      reject(new Error(`moto ended with ${String(code)} and said: ${said}`)),
    );
  });
}
