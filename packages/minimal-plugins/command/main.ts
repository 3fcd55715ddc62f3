/** `pulumi-resource-command <engine address>`: the minimal stand-in for Pulumi's command plugin. */
import { devDependencies } from "../package.json";
import { serveProvider } from "../protocol/serve";
import { CommandProvider } from "./provider";

void serveProvider(new CommandProvider(), devDependencies["@pulumi/command"]);
