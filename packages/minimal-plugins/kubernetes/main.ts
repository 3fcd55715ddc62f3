/** The program `pulumi-resource-kubernetes`. */
import { serveProvider } from "../protocol/serve";
import { KubernetesProvider } from "./provider";
import { PLUGIN_VERSION } from "./version";

void serveProvider(new KubernetesProvider(), PLUGIN_VERSION);
