import type * as k8s from "@pulumi/kubernetes";
import * as core from "@pulumi/kubernetes/core/v1";
import { Directory } from "@pulumi/kubernetes/kustomize/v2/directory";
import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "../core/manifests/entry";
import { LOAD_BALANCER_ID } from "../core/manifests/load-balancer-annotations";
import { accountAccess } from "./account";
import { awaitServices } from "./await-services";
import { askDigitalOcean } from "./digitalocean-request";

export interface KustomizeWorkloadsArgs {
  /** Folder for the rendering, relative to the project. */
  readonly directory: string;
  readonly write: () => void;
  readonly namespace: pulumi.Input<string>;
  /** The Service whose address is the environment's. @default - the environment has no address */
  readonly entry?: Entry;
  readonly provider: k8s.Provider;
}

/**
 * All objects of a rendered overlay, each as a resource that is awaited until it is ready. The kustomize in Pulumi's
 * Kubernetes provider reads them from a flat folder that needs no changes.
 *
 * Costs the resources that DigitalOcean creates for the objects: a load balancer for each Service of that type, a
 * volume for each
 * claim.
 */
export class KustomizeWorkloads extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:KustomizeWorkloads";

  /** The address of the entry's load balancer; undefined without an entry. Unknown in a first preview. */
  public readonly address: pulumi.Output<string | undefined>;
  /** The URL of the entry, e.g. `http://203.0.113.7`; undefined without an entry. */
  public readonly url: pulumi.Output<string | undefined>;
  private readonly directory: Directory;

  public constructor(
    name: string,
    args: KustomizeWorkloadsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { provider, write, ...inputs } = args;
    super(KustomizeWorkloads.__pulumiType, name, inputs, { ...opts, transforms: [awaitServices] });
    const child = { parent: this, provider, deletedWith: opts?.deletedWith };
    // Written as late as possible: while a cluster comes up, another command may render into this folder.
    const written = pulumi.output(args.namespace).apply(() => {
      write();
      return args.directory;
    });
    this.directory = new Directory(name, { directory: written, namespace: args.namespace }, child);
    const { entry } = args;
    this.address = entry === undefined ? pulumi.output(undefined) : this.addressOf(entry.service);
    this.url = this.address.apply((address) => entry && address && urlAt(entry, address));
    this.registerOutputs({ url: this.url });
  }

  /**
   * A Service's address, which is awaited with the directory. It is the load balancer's own address: the tree's host
   * name for it may belong to another environment or to production.
   */
  public addressOf(service: string): pulumi.Output<string | undefined> {
    const found = this.directory.resources.apply((resources: unknown[]) =>
      pulumi
        .all(resources.filter((resource) => core.Service.isInstance(resource)).map(nameAndStatus))
        .apply((services) => services.find(({ name }) => name === service)),
    );
    return found.apply(async (current) => {
      const [address] = current?.status?.loadBalancer?.ingress ?? [];
      const id = current?.annotations?.[LOAD_BALANCER_ID];
      return address?.ip ?? (id === undefined ? address?.hostname : addressOf(id));
    });
  }
}

export function urlAt({ port, scheme }: Omit<Entry, "service">, host: string): string {
  const standardPort = scheme === "https" ? 443 : 80;
  return `${scheme}://${host}${port === standardPort ? "" : `:${port}`}`;
}

function nameAndStatus({ metadata, status }: core.Service) {
  return pulumi.output({ name: metadata.name, annotations: metadata.annotations, status });
}

async function addressOf(loadBalancerId: string): Promise<string> {
  const { load_balancer: loadBalancer } = await askDigitalOcean<{ load_balancer: { ip: string } }>(
    accountAccess(),
    `/v2/load_balancers/${loadBalancerId}`,
    { what: "the address of the entry's load balancer", scope: "load_balancer:read" },
  );
  return loadBalancer.ip;
}
