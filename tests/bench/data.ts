import { mkdtempSync, rmSync } from "node:fs";
import { writeTree } from "../e2e/support/tree";
import { phasesOf, requestsSoFar } from "./commands";
import { doksEnv, inSeconds, settings, type Taken } from "./measure";
import type { PartResult } from "./results";

const VOLUMES_A_NODE = 7;

/**
 * Measures a sleep and a wake of environments whose one StatefulSet has so many replicas, each with a volume.
 *
 * @param counts - of volumes
 */
export async function benchData(
  counts: readonly number[],
): Promise<Pick<PartResult, "head" | "rows">> {
  const rows: string[][] = [];
  for (const count of counts) {
    rows.push(await line(count));
  }
  const head = ["volumes", "`up`", "`sleep`", "snapshots", "requests", "`wake`", "requests"];
  return { head, rows };
}

async function line(count: number): Promise<string[]> {
  const stack = `bench${count}-dev`;
  const folder = writeTree(mkdtempSync(".rendered/data-"), [database(count)]);
  const room = settings(
    `nodeCount=${Math.ceil(count / VOLUMES_A_NODE)}`,
    ...[`quota.volumes=${count}`, "data.keep=snapshot"],
  );
  try {
    const up = await doksEnv("up", stack, "--yes", "--overlay", folder, ...room);
    const [asleep, ofSleep] = await counted(() => doksEnv("sleep", stack, "--yes"));
    const [awake, ofWake] = await counted(() => doksEnv("wake", stack, "--yes"));
    return [
      ...[String(count), inSeconds(up.seconds), inSeconds(asleep.seconds)],
      ...[inSeconds(phasesOf(asleep).get("data") ?? Number.NaN), String(ofSleep)],
      ...[inSeconds(awake.seconds), String(ofWake)],
    ];
  } finally {
    await doksEnv("down", stack, "--yes");
    rmSync(folder, { recursive: true });
  }
}

/** With the requests to DigitalOcean's API that it made. */
async function counted(act: () => Promise<Taken>): Promise<[Taken, number]> {
  const before = await requestsSoFar();
  return [await act(), (await requestsSoFar()) - before];
}

function database(replicas: number) {
  const labels = { app: "db" };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec: {
      ...{ serviceName: "db", replicas, podManagementPolicy: "Parallel" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              ...{ name: "db", image: "registry.example.com/db:v1" },
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "1Gi" } },
          },
        },
      ],
    },
  };
}
