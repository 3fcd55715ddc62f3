import type { CloudPort } from "../account/cloud-port";
import type { LoadBalancerListeners } from "./cloud-controller/load-balancer-listeners";
import type { TokenReviewServer } from "./token-review";

/** Settings that the control planes of all clusters share. */
export interface Surroundings {
  readonly cloud: CloudPort;
  readonly listeners: LoadBalancerListeners;
  readonly tokenReview: TokenReviewServer;
  readonly log: (line: string) => void;
  /** File for the id of a process. */
  readonly pidFile: (name: string) => string;
}
