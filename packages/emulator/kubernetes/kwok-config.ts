import { STAGES } from "./stages";
import { stageObject } from "./stages/stage";

/** kwok's configuration: the life of nodes and pods. JSON, as YAML takes it. */
export function kwokConfig(): string {
  return STAGES.map((stage) => JSON.stringify(stageObject(stage))).join("\n---\n");
}
