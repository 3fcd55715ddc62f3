import { NODE_STAGES } from "./stages/node-stages";
import { POD_STAGES } from "./stages/pod-stages";
import { FAILURE_STAGES } from "./stages/simulated-failures";
import { stageObject } from "./stages/stage";

/** kwok's configuration: the stages of nodes and pods, as JSON, which is valid YAML. */
export function kwokConfig(): string {
  return [...NODE_STAGES, ...POD_STAGES, ...FAILURE_STAGES]
    .map((stage) => JSON.stringify(stageObject(stage)))
    .join("\n---\n");
}
