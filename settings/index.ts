export { type LoadedSettings, loadSettings } from "./load";
export type { Settings } from "./schema";
export type { StackName } from "./stack-name";
