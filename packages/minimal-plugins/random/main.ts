/** `pulumi-resource-random <engine address>`: the minimal stand-in for Pulumi's random plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { RandomProvider } from "./provider";

void serveProvider(new RandomProvider(), devDependencies["@pulumi/random"]);
