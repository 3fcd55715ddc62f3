/** The version of the official plugin that this one stands in for, and that `@pulumi/kubernetes` asks for. */
export const PLUGIN_VERSION = "4.34.2";
