export { lookUp } from "./catalogue";
export { BASE_NODE_SIZE } from "./doks-cluster";
export { chooseEntry } from "./entry";
export { Environment } from "./environment";
export { writeKubeconfig } from "./kubeconfig-file";
export { KustomizeRenderer } from "./kustomize-renderer";
export { generateOverlay } from "./overlay";
export { requireRegistry } from "./registry-access";
