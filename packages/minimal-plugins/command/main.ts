/** `pulumi-resource-command <engine address>`: the minimal stand-in for Pulumi's command plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { commandProvider } from "./provider";

void serveProvider(commandProvider, devDependencies["@pulumi/command"]);
