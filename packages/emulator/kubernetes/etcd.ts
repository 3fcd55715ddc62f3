import { join } from "node:path";
import { awaitReady } from "./processes/await-ready";
import { findFreePort } from "./processes/free-port";
import { SupervisedProcess } from "./processes/supervised-process";

const START_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 1_500;

/** The one etcd in which every cluster has its keys, each under a prefix of its own. */
export class Etcd {
  private readonly stopping = new AbortController();

  private constructor(
    /** `http://127.0.0.1:<port>` */
    public readonly endpoint: string,
    private readonly process: SupervisedProcess,
  ) {}

  /** Starts etcd on the data in `<stateDirectory>/etcd` and waits until it answers. */
  public static async start(
    stateDirectory: string,
    processDirectory: string,
    log: (line: string) => void,
  ): Promise<Etcd> {
    const directory = join(stateDirectory, "etcd");
    const endpoint = `http://127.0.0.1:${await findFreePort()}`;
    const peer = "http://127.0.0.1:0";
    const process = new SupervisedProcess(
      {
        program: "etcd",
        args: [
          `--data-dir=${join(directory, "data")}`,
          `--listen-client-urls=${endpoint}`,
          `--advertise-client-urls=${endpoint}`,
          `--listen-peer-urls=${peer}`,
          `--initial-advertise-peer-urls=${peer}`,
          `--initial-cluster=default=${peer}`,
          // A single member does not wait for other members' votes.
          "--heartbeat-interval=20",
          "--election-timeout=200",
          // Several times faster on slow disks. A crash of the machine may lose data, which is acceptable here.
          "--unsafe-no-fsync",
          "--log-level=warn",
        ],
        logFile: join(directory, "etcd.log"),
        pidFile: join(processDirectory, "etcd.json"),
      },
      log,
    );
    const etcd = new Etcd(endpoint, process);
    process.start();
    try {
      await etcd.ready();
    } catch (error) {
      await etcd.stop();
      throw error;
    }
    return etcd;
  }

  /** Deletes every key under a prefix. */
  public async deletePrefix(prefix: string): Promise<void> {
    const end = Buffer.from(prefix);
    // The first key after all that begin with the prefix: the prefix with its last byte counted up.
    end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
    const response = await fetch(`${this.endpoint}/v3/kv/deleterange`, {
      method: "POST",
      body: JSON.stringify({
        key: Buffer.from(prefix).toString("base64"),
        range_end: end.toString("base64"),
      }),
    });
    if (!response.ok) {
      throw new Error(`etcd could not delete "${prefix}": ${await response.text()}`);
    }
  }

  public async stop(): Promise<void> {
    this.stopping.abort();
    await this.process.stop(STOP_GRACE_MS);
  }

  private ready(): Promise<void> {
    return awaitReady({
      what: "etcd",
      probe: () => this.isHealthy(),
      process: this.process,
      timeoutMs: START_TIMEOUT_MS,
      signal: this.stopping.signal,
    });
  }

  private async isHealthy(): Promise<boolean> {
    return fetch(`${this.endpoint}/health`)
      .then((response) => response.ok)
      .catch(() => false);
  }
}
