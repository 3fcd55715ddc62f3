import { createHash } from "node:crypto";
import { Command } from "@pulumi/command/local";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../core/manifests/manifest";
import { writeYaml } from "../core/manifests/write-yaml";

/** Runs in the project's folder, and passes settings as variables, not through a shell. */
const SMOKE_TEST_COMMAND = "node bin/smoke-test.js";

/** A further name of the environment. */
export interface AskedHost {
  /** The setting's key. */
  readonly name: string;
  readonly url: pulumi.Input<string>;
  /** IP address or host name for the connection. */
  readonly address: pulumi.Input<string>;
  /** The Service that answers. */
  readonly service: string;
}

/** A namespace, and where its cluster's API server is. */
export interface TestedPlace {
  readonly clusterId: pulumi.Input<string>;
  /** URL of the API server. */
  readonly server: pulumi.Input<string>;
  /** PEM, in base64. */
  readonly certificateAuthorityData: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
}

export interface SmokeTestArgs {
  readonly url: pulumi.Input<string | undefined>;
  /** The Service that answers. */
  readonly service: string;
  /** Where the test looks which pods are behind the Services. */
  readonly place: TestedPlace;
  /** IP address or host name for the connection. @default - the URL's host */
  readonly address?: pulumi.Input<string>;
  /** A header that proves which environment answers. @default - only this environment uses the address */
  readonly proof?: { readonly header: string; readonly value: pulumi.Input<string> };
  /** Further names that must answer. @default - none */
  readonly hosts?: readonly AskedHost[];
  /** The allowed networks, for the error when there is no answer. @default - all */
  readonly networks?: readonly string[];
  /** The path of the request; starts with a slash. */
  readonly path: string;
  /** Expected HTTP status, 100 to 599. */
  readonly expectedStatus: number;
  /** Timeout in seconds. */
  readonly timeoutSeconds: number;
  /** The applied manifests: the test runs again when they change. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * Requests the environment's URL until it serves, and its further names until they answer. An answer counts only if all
 * pods that could have given it are of this rollout. If there is none within the timeout, the update fails with the last
 * observation. Costs nothing.
 */
export class SmokeTest extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:SmokeTest";

  public readonly result: pulumi.Output<string>;

  public constructor(name: string, args: SmokeTestArgs, opts?: pulumi.ComponentResourceOptions) {
    const { objects: _, ...inputs } = args;
    const { hosts = [] } = args;
    super(SmokeTest.__pulumiType, name, inputs, opts);
    const test = new Command(
      name,
      {
        create: SMOKE_TEST_COMMAND,
        environment: {
          SMOKE_TEST_URL: pulumi
            .output(args.url)
            .apply((url) => (url === undefined ? "" : `${url}${args.path}`)),
          SMOKE_TEST_SERVICE: args.service,
          SMOKE_TEST_PLACE: pulumi.jsonStringify(args.place),
          ...(args.address === undefined ? {} : { SMOKE_TEST_ADDRESS: args.address }),
          ...(args.proof === undefined
            ? {}
            : { SMOKE_TEST_PROOF: pulumi.interpolate`${args.proof.header}: ${args.proof.value}` }),
          ...(hosts.length === 0 ? {} : { SMOKE_TEST_HOSTS: pulumi.jsonStringify(hosts) }),
          ...(args.networks === undefined ? {} : { SMOKE_TEST_NETWORKS: args.networks.join(", ") }),
          SMOKE_TEST_STATUS: String(args.expectedStatus),
          SMOKE_TEST_TIMEOUT_SECONDS: String(args.timeoutSeconds),
        },
        triggers: [rolloutOf(args.objects), args.url],
      },
      { parent: this, deletedWith: opts?.deletedWith },
    );
    this.result = test.stdout;
    this.registerOutputs({ result: this.result });
  }
}

/** A hash of the workloads' state. Excludes Secrets: a short one could be guessed from a hash. */
function rolloutOf(objects: readonly KubernetesObject[]): string {
  const counted = objects.filter(({ kind }) => kind !== "Secret");
  return createHash("sha256").update(writeYaml(counted)).digest("hex");
}
