export type { ConfiguredStack } from "./configuration";
export { type LoadedSettings, loadSettings, policySettings } from "./load";
export type { SettingOrigin } from "./origins";

export type { Settings } from "./schema";
export type { StackName } from "./stack-name";
