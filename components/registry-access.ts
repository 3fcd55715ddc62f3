import { ContainerRegistryDockerCredentials } from "@pulumi/digitalocean/containerRegistryDockerCredentials";
import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import { registryErrors } from "../core/rules/offer";
import { askDigitalOcean } from "./digitalocean-request";
import { byConfig, requireNone } from "./fault";

/** The time that is added to the lifetime of a credential, so that it ends after the environment and not before. */
const MARGIN_SECONDS = 86_400;

/**
 * Lifetime to ask for of a pull secret's credential, in seconds. An update that asks for another one gets a new credential: so the
 * last digits count the halves of a lifetime, and an update in a later half renews it. Left out, it would be 50 years.
 *
 * @param lifetimeSeconds - the longest that pods may need it without an update
 */
export function credentialSeconds(lifetimeSeconds: number, now: Date): number {
  const seconds = lifetimeSeconds + MARGIN_SECONDS;
  const half = Math.floor(now.getTime() / (seconds * 500));
  return seconds + (half % 1000);
}

/** How the workloads get at images of the account's own registry. */
export type RegistryAccessArgs =
  /** Public images only. */
  | { readonly access: "none" }
  /** DOKS keeps a pull secret in every namespace of the cluster. */
  | { readonly access: "integration"; readonly registryName: string }
  /** A pull secret in the environment's namespace alone. */
  | {
      readonly access: "pullSecret";
      readonly registryName: string;
      /** The longest that the environment lives without an update. */
      readonly lifetimeSeconds: number;
    };

/**
 * Access to the account's container registry, which is the account's and never a stack's: it is looked up, not made.
 *
 * Costs nothing. With `pullSecret` it makes a read-only registry credential that outlives the environment by a day, and that an
 * update renews once half of its life is over. `doks-env down` revokes it.
 */
export class RegistryAccess extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:RegistryAccess";

  /** Whether the cluster is to be integrated with the registry. */
  public readonly integration: boolean;
  /** Content of a `.dockerconfigjson`; only with `pullSecret`. Secret. */
  public readonly dockerConfigJson?: pulumi.Output<string>;

  public constructor(
    name: string,
    args: RegistryAccessArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(RegistryAccess.__pulumiType, name, args, opts);
    this.integration = args.access === "integration";
    if (args.access === "pullSecret") {
      const credentials = new ContainerRegistryDockerCredentials(
        name,
        {
          registryName: args.registryName,
          write: false,
          expirySeconds: credentialSeconds(args.lifetimeSeconds, new Date()),
        },
        {
          parent: this,
          // Revoking goes to a host other than the API's, and fails the whole destroy when that cannot be reached: the
          // command line does it.
          retainOnDelete: true,
        },
      );
      this.dockerConfigJson = pulumi.secret(credentials.dockerCredentials);
    }
    this.registerOutputs({ integration: this.integration });
  }
}

/**
 * Makes sure that the account has the registry that is asked for, before anything is created.
 *
 * Asks the API itself: the provider's getContainerRegistry (4.76) loses the name on the way and crashes.
 *
 * @throws pulumi.RunError when it has not, with those it has
 * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Container-Registries
 */
export async function requireRegistry(
  args: RegistryAccessArgs,
  access: AccountAccess,
): Promise<void> {
  if (args.access === "none") {
    return;
  }
  const { registryName } = args;
  const { registries } = await askDigitalOcean<{ registries: { name: string }[] }>(
    access,
    "/v2/registries",
    { what: "the account's container registries", scope: "registry:read" },
  );
  const names = registries.map(({ name }) => name);
  requireNone(registryErrors(registryName, names, byConfig));
}
