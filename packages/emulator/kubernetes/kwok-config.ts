import { STAGES } from "./stages";
import { stageObject } from "./stages/stage";

/** kwok's configuration: the stages of nodes and pods, as JSON, which is valid YAML. */
export function kwokConfig(): string {
  return STAGES.map((stage) => JSON.stringify(stageObject(stage))).join("\n---\n");
}
