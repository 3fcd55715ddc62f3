export { accountAccess } from "./account";
export { lookUp } from "./catalogue";
export { chooseEntry } from "./entry";
export { Environment } from "./environment";
export { orFault } from "./fault";
export { KustomizeRenderer } from "./kustomize-renderer";
export { requireRegistry } from "./registry-access";
