import { secondsOf } from "../../core/duration";
import type { Settings, StackName } from "../../core/settings";
import type { RegistryAccessArgs, SmokeTestArgs } from "..";

/** The stack that is to be declared, and what it is configured by. */
export interface Declared {
  /** Folder of Pulumi.yaml. */
  readonly projectFolder: string;
  readonly project: string;
  readonly name: StackName;
  readonly settings: Settings;
}

/** The stack's outputs. */
export type Outputs = Readonly<Record<string, unknown>>;

export function registryOf({ registry }: Settings): RegistryAccessArgs {
  return registry.access === "none"
    ? registry
    : { access: registry.access, registryName: registry.name };
}

export function smokeTestOf({
  smokeTest: { enabled, path, expectedStatus, timeout },
}: Settings): Pick<SmokeTestArgs, "path" | "expectedStatus" | "timeoutSeconds"> | undefined {
  return enabled ? { path, expectedStatus, timeoutSeconds: secondsOf(timeout) } : undefined;
}
