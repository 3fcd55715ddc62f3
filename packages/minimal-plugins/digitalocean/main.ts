/** `pulumi-resource-digitalocean <engine address>`: the minimal stand-in for Pulumi's digitalocean plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { digitalOceanProvider } from "./provider";

const version = devDependencies["@pulumi/digitalocean"];
void serveProvider(digitalOceanProvider({ version }), version);
