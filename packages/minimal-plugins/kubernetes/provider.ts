/** The part of Pulumi's kubernetes provider that this project needs where the official plugin is not available. */
import type { ResourceProvider } from "../protocol/provider";
import { constructDirectory, DIRECTORY } from "./kustomize/directory";
import { check } from "./operations/check";
import { checkConfig, diffConfig } from "./operations/config";
import { create } from "./operations/create";
import { deleteObject } from "./operations/delete";
import { diff } from "./operations/diff";
import { invoke } from "./operations/invoke";
import { read } from "./operations/read";
import { Session } from "./operations/session";
import { readSettings } from "./operations/settings";
import { update } from "./operations/update";

export function kubernetesProvider(): ResourceProvider {
  let configured: Session | undefined;
  const session = (): Session => {
    if (configured === undefined) {
      throw new Error("the provider has not been configured");
    }
    return configured;
  };
  return {
    checkConfig: async (request) => checkConfig(request),
    diffConfig: async (request) => diffConfig(request),
    configure: async ({ args }) => {
      configured = await Session.open(readSettings(args, process.env));
    },
    check: async (request, context) => check(session(), request, context),
    diff: async (request, context) => diff(session(), request, context),
    create: async (request, context) => create(session(), request, context),
    read: async (request, context) => read(session(), request, context),
    update: async (request, context) => update(session(), request, context),
    delete: async (request, context) => {
      await deleteObject(session(), request, context);
    },
    invoke: async (request, context) => invoke(session(), request, context),
    construct: async (request, context) => {
      if (request.type !== DIRECTORY) {
        throw new Error(
          `the minimal stand-in for Pulumi's kubernetes provider has no component ${request.type}, only ${DIRECTORY}: install the official plugin with pulumi plugin install resource kubernetes`,
        );
      }
      const { unreachable } = session();
      if (unreachable !== undefined) {
        throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}`);
      }
      return constructDirectory(session(), request, context);
    },
  };
}
