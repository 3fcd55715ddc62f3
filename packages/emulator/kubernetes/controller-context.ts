import type { CloudPort } from "../account/cloud-port";
import type { ApiClient } from "./api/client";
import type { ControlPlaneSpec } from "./control-planes";

/** The dependencies of a controller of one cluster. */
export interface ControllerContext {
  readonly client: ApiClient;
  readonly cloud: CloudPort;
  readonly spec: ControlPlaneSpec;
  readonly log: (line: string) => void;
}
