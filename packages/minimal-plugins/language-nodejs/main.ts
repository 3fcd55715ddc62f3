/** `pulumi-language-nodejs <engine address>`: runs Pulumi programs written in TypeScript and JavaScript. */
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { dependencies } from "../package.json";
import { servePlugin } from "../protocol/serve";
import { languageHostService } from "./language-host";

const cancellation = new AbortController();
void servePlugin(
  LanguageRuntimeService,
  languageHostService({
    version: dependencies["@pulumi/pulumi"],
    engineAddress: process.argv.at(-1) ?? "",
    cancellation,
  }),
  cancellation,
);
