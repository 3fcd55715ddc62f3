/** `pulumi-resource-command <engine address>`: the minimal stand-in for Pulumi's command plugin. */
import { dependencies } from "../../../package.json";
import { serveProvider } from "../protocol/serve";
import { CommandProvider } from "./provider";

void serveProvider(new CommandProvider(), dependencies["@pulumi/command"]);
