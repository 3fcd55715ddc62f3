import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import { idIn, idTag } from "../core/digitalocean-tags";
import type { UserError } from "../core/errors";
import { ID_LABEL } from "../core/labels";
import { clusterNameErrors } from "../core/rules/cluster-name";
import { type NamedRecord, recordErrors } from "../core/rules/domain-name";
import { type KeptDataFacts, keptDataErrors } from "../core/rules/kept-data";
import { namespaceErrors } from "../core/rules/tenancy";
import { accountList } from "./account-list";
import type { Offer } from "./cluster-offer";
import { askDigitalOcean } from "./digitalocean-request";
import { requireNone } from "./fault";
import type { SharedCluster } from "./shared-cluster";

/**
 * Makes a hook for the creation of a resource, in a preview too, that fails on errors. Only the engine knows that it will
 * create the resource, because the program cannot read its own state.
 */
function guard(
  name: string,
  check: (inputs: Readonly<Record<string, unknown>>) => Promise<readonly UserError[]>,
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    name,
    async ({ newInputs }) => requireNone(await check(newInputs ?? {})),
    { onDryRun: true },
  );
}

export function offerGuard({ ofNew }: Pick<Offer, "ofNew">): pulumi.ResourceHook {
  return guard("version-is-offered", async () => ofNew);
}

export function nameGuard(stack: string, access: AccountAccess): pulumi.ResourceHook {
  return guard("cluster-name-is-free", async (inputs) => {
    const { name, tags } = inputs as { name: string; tags: readonly unknown[] };
    // The id is unknown in the preview of a new environment.
    const cluster = { name, stack, id: idIn(tags), clusterIds: [] };
    return clusterNameErrors(cluster, await accountList(access, "clusters"));
  });
}

/** Fails when creating an environment's cluster or namespace would lose data, or leave it behind. */
export function dataGuard(
  args: Pick<KeptDataFacts, "project" | "stack" | "isRestored" | "keepsNothing">,
  access: AccountAccess,
): pulumi.ResourceHook {
  return guard("no-data-is-lost", async ({ tags = [] }) => {
    // A namespace has no tags, and replaces no cluster.
    const id = idIn(tags as readonly unknown[]);
    const [snapshots, volumes, clusters] = await Promise.all([
      accountList(access, "snapshots"),
      accountList(access, "volumes"),
      accountList(access, "clusters"),
    ]);
    const own = clusters.filter((one) => id !== undefined && one.tags.includes(idTag(id)));
    return keptDataErrors({ ...args, snapshots, volumes, clusterIds: own.map((one) => one.id) });
  });
}

/**
 * Fails when the cluster already has the namespace, without the environment's id: the provider would adopt it.
 */
export function namespaceGuard(
  cluster: Pick<SharedCluster, "name" | "objects">,
  owner: Readonly<Record<string, string>>,
): pulumi.ResourceHook {
  return guard("namespace-is-free", ({ metadata }) =>
    takenErrors(cluster, owner, metadata as NewNamespace),
  );
}

interface NewNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, unknown>>;
}

/** Returns an error when another owner's namespace has the name. */
export async function takenErrors(
  cluster: Pick<SharedCluster, "name" | "objects">,
  owner: Readonly<Record<string, string>>,
  { name: namespace, labels }: NewNamespace,
): Promise<UserError[]> {
  // The id is unknown in the preview of a new environment.
  const id = labels[ID_LABEL];
  const proof = { id: typeof id === "string" ? id : undefined, isInState: false };
  const existing = await cluster.objects.find(`/api/v1/namespaces/${namespace}`);
  return namespaceErrors({ namespace, owner, proof }, { cluster, existing });
}

export function recordGuard(access: AccountAccess): pulumi.ResourceHook {
  return guard("host-name-is-free", async (inputs) => {
    const { domain, name, value } = inputs as { domain: string; name: string; value: unknown };
    const host = `${name}.${domain}`;
    const { domain_records: records } = await askDigitalOcean<{
      domain_records: readonly NamedRecord[];
    }>(access, `/v2/domains/${domain}/records?name=${host}&per_page=200`, {
      what: `the records of domain ${domain}`,
      scope: "domain:read",
    });
    // The address is unknown in the preview of a new environment.
    const address = typeof value === "string" ? value : undefined;
    return recordErrors({ host, domain, address, recordIds: [] }, records);
  });
}
