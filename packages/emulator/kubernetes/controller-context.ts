import type { CloudPort } from "../account/cloud-port";
import type { ApiClient } from "./api/client";
import type { ControlPlaneSpec } from "./control-planes";

/** What a controller of one cluster works with. */
export interface ControllerContext {
  readonly client: ApiClient;
  readonly cloud: CloudPort;
  readonly spec: ControlPlaneSpec;
  readonly log: (line: string) => void;
}
