import type { PolicySettings } from "../reaping-policy";
import type { Settings } from "./schema";

/** Those of an environment's settings that say how long it may be. */
export function policySettings(settings: Settings): PolicySettings {
  const { ttl, maxTtl, idleAfter, onIdle, destroyAfterIdle, protect } = settings;
  const { warnAhead, workingHours } = settings;
  return { ttl, maxTtl, idleAfter, onIdle, destroyAfterIdle, protect, warnAhead, workingHours };
}
