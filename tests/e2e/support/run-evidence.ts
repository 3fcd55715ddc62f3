import { DigitalOcean } from "../../../cli/account/digitalocean";
import { openCluster } from "../../../cli/cluster/client";
import { readInventory } from "../../../cli/reap/account";
import { readSignal } from "../../../cli/reap/evidence/read-signal";
import type { SignalName } from "../../../cli/reap/policy/evidence";
import { accessFrom } from "../../../core/account-access";

/** Signals to read, their environment, and the account's time. */
export interface EvidenceRequest {
  readonly stack: string;
  readonly clusterId: string;
  readonly namespace: string;
  readonly kubeconfig: string;
  readonly lastUpdateAt: number;
  readonly signals: readonly SignalName[];
  /** Unix seconds. */
  readonly now: number;
}

const DAY = 86_400;

/** Prints, as JSON, the signals of an environment: the client library cannot be loaded within jest. */
async function main([request = "{}"]: string[]): Promise<void> {
  const { stack, clusterId, namespace, kubeconfig, lastUpdateAt, signals, now } = JSON.parse(
    request,
  ) as EvidenceRequest;
  const access = accessFrom(process.env);
  if (access === undefined) {
    throw new Error("no access to an account");
  }
  const account = new DigitalOcean(access);
  const sources = {
    account,
    inventory: await readInventory(account),
    namespace: async () => ({
      client: await openCluster({ file: kubeconfig }, stack),
      name: namespace,
    }),
    signal: new AbortController().signal,
  };
  const lastUsed = new Date(lastUpdateAt * 1000).toISOString();
  const subject = {
    record: { stack, hasResources: true, outputs: {}, tags: { lastUsed }, locks: [] },
    situation: {
      stack,
      clusterIds: [clusterId],
      hasResources: true,
      lastUpdateAt,
      protected: false,
      lockedBy: [],
      usdPerMonth: 0,
    },
  };
  const read = await Promise.all(
    signals.map((signal) => readSignal(sources, subject, { signal, from: now - DAY, until: now })),
  );
  process.stdout.write(JSON.stringify(read.flat()));
}

void main(process.argv.slice(2));
