/** `pulumi-resource-kubernetes <engine address>`: the minimal stand-in for Pulumi's kubernetes plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { KubernetesProvider } from "./provider";

void serveProvider(new KubernetesProvider(), devDependencies["@pulumi/kubernetes"]);
