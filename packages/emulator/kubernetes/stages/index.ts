import { NODE_STAGES } from "./node-stages";
import { POD_STAGES } from "./pod-stages";
import { FAILURE_STAGES } from "./simulated-failures";
import type { Stage } from "./stage";

/** The stages of nodes and pods in the emulator. */
export const STAGES: readonly Stage[] = [...NODE_STAGES, ...POD_STAGES, ...FAILURE_STAGES];
