export type { ConfiguredStack } from "./configuration";
export { type LoadedSettings, loadSettings } from "./load";
export type { SettingOrigin } from "./origins";
export { policySettings } from "./policy";
export type { Settings } from "./schema";
export type { StackName } from "./stack-name";
