/** `pulumi-resource-random <engine address>`: the minimal stand-in for Pulumi's random plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { randomProvider } from "./provider";

void serveProvider(randomProvider, devDependencies["@pulumi/random"]);
