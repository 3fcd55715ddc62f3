import type { DataOf } from "../terminal/data";
import type { Engine } from "./engine";
import type { pastUpdateSchema } from "./environment-status.data";

export type PastUpdate = DataOf<typeof pastUpdateSchema>;

const SHOWN = 5;

/** Returns the last updates of a stack, newest first. */
export async function lastUpdates(engine: Engine, stack: string): Promise<PastUpdate[]> {
  const text = await engine.output(
    ...["stack", "history", "--json", "--page-size", String(SHOWN), "--page", "1"],
    ...["--stack", stack],
  );
  const updates = JSON.parse(text) as {
    kind: string;
    result: string;
    startTime: string;
    endTime: string;
    resourceChanges?: Partial<Record<string, number>>;
  }[];
  return updates.map(({ kind, result, startTime, endTime, resourceChanges }) => ({
    kind,
    result,
    startedAt: new Date(startTime).toISOString(),
    endedAt: new Date(endTime).toISOString(),
    changes: resourceChanges ?? {},
  }));
}
