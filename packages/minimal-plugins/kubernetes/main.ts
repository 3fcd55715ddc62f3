/** `pulumi-resource-kubernetes <engine address>`: the minimal stand-in for Pulumi's kubernetes plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { kubernetesProvider } from "./provider";

void serveProvider(kubernetesProvider(), devDependencies["@pulumi/kubernetes"]);
