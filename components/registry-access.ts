import { ContainerRegistryDockerCredentials } from "@pulumi/digitalocean/containerRegistryDockerCredentials";
import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import { registryErrors } from "../core/rules/offer";
import { askDigitalOcean } from "./digitalocean-request";
import { byConfig, requireNone } from "./fault";

/** Added to the lifetime of a credential, so that it outlives the environment. */
const MARGIN_SECONDS = 86_400;

/**
 * The lifetime to request for a pull secret's credential, in seconds. An update that requests another lifetime gets a
 * new credential. So the last digits count halves of the lifetime, and an update in a later half renews it. Without a
 * lifetime, the credential would be valid for 50 years.
 *
 * @param lifetimeSeconds - the longest time that pods may need it without an update
 */
export function credentialSeconds(lifetimeSeconds: number, now: Date): number {
  const seconds = lifetimeSeconds + MARGIN_SECONDS;
  const half = Math.floor(now.getTime() / (seconds * 500));
  return seconds + (half % 1000);
}

/** How the workloads pull images from the account's own registry. */
export type RegistryAccessArgs =
  /** Public images only. */
  | { readonly access: "none" }
  /** DOKS adds a pull secret to every namespace of the cluster. */
  | { readonly access: "integration"; readonly registryName: string }
  /** A pull secret in the environment's namespace only. */
  | {
      readonly access: "pullSecret";
      readonly registryName: string;
      /** The longest time that the environment lives without an update. */
      readonly lifetimeSeconds: number;
    };

/**
 * Access to the account's container registry. The registry belongs to the account, not to a stack, so it is only
 * looked up.
 *
 * Costs nothing. With `pullSecret` it creates a read-only registry credential. That outlives the environment by a
 * day, and an update in the second half of its lifetime renews it. `doks-env down` revokes it.
 */
export class RegistryAccess extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:RegistryAccess";

  /** Whether to integrate the cluster with the registry. */
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
          // Revoking goes to another host than the API, and an unreachable one would fail the whole destroy. The
          // command line
          // revokes instead.
          retainOnDelete: true,
        },
      );
      this.dockerConfigJson = pulumi.secret(credentials.dockerCredentials);
    }
    this.registerOutputs({ integration: this.integration });
  }
}

/**
 * Requires that the account has the registry, before anything is created.
 *
 * Calls the API directly: the provider's getContainerRegistry (4.76) loses the name and crashes.
 *
 * @throws pulumi.RunError when the account does not have it, with those that it has
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
