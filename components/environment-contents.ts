import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ReadyVolume } from "../core/data/restore";
import type { Entry } from "../core/manifests/entry";
import type { HostEntry } from "../core/overlay/hosts";
import type { Rendering } from "../core/overlay/rendering";
import { ENVIRONMENT } from "../core/rules/own-objects";
import { type Developer, DeveloperAccess } from "./developer-access";
import { EntranceRoute } from "./entrance-route";
import type { EnvironmentNamespace } from "./environment-namespace";
import type { FoundEntrance } from "./find-entrance";
import { type HostName, HostRecord, hostOf } from "./host-record";
import { KustomizeWorkloads, type KustomizeWorkloadsArgs, urlAt } from "./kustomize-workloads";
import { RestoredVolumes } from "./restored-volumes";
import { type AskedHost, SmokeTest, type SmokeTestArgs, type TestedPlace } from "./smoke-test";

export interface RenderedOverlay
  extends Pick<Rendering, "images" | "entries" | "objects">,
    Pick<KustomizeWorkloadsArgs, "directory" | "write"> {}

export interface FurtherHost extends HostEntry {
  readonly hostName: HostName;
}

/** The contents of an environment's namespace, on any cluster. */
export interface ContentsArgs {
  /** Put on everything in the cluster. */
  readonly labels: Readonly<Record<string, string>>;
  readonly developers: readonly Developer[];
  /** The kept data for its claims. @default - none */
  readonly restored?: readonly ReadyVolume[];
  readonly overlay: RenderedOverlay;
  /** The Service whose address is the environment's. @default - the environment has no address */
  readonly entry?: Entry;
  /** The entrance that serves the entry instead of a load balancer. @default - the entry has a load balancer */
  readonly reached?: { readonly entrance: FoundEntrance; readonly host: string };
  /** The name that points to the entry's load balancer. @default - none */
  readonly hostName?: HostName;
  /** Further names, and their Services. @default - none */
  readonly hosts?: readonly FurtherHost[];
  /** @default - no test; without an entry there is none either */
  readonly smokeTest?: Pick<
    SmokeTestArgs,
    "path" | "expectedStatus" | "timeoutSeconds" | "networks"
  >;
}

/** Many environments share an entrance. Their answers differ in this header, which contains the namespace's uid. */
const PROOF_HEADER = "x-environment-uid";

interface Place {
  readonly bounded: EnvironmentNamespace;
  readonly apiServer: Omit<TestedPlace, "namespace">;
  readonly provider: k8s.Provider;
  readonly options: pulumi.ComponentResourceOptions;
}

/**
 * Declares the contents of an environment's namespace: the developers' access, the workloads, and the smoke test.
 *
 * @param name - the environment's, which prefixes all logical names
 * @returns the URL of the entry; undefined without an entry
 */
export function declareContents(
  name: string,
  args: ContentsArgs,
  { bounded, apiServer, provider, options }: Place,
): pulumi.Output<string | undefined> | undefined {
  const { labels, developers, restored = [], overlay, entry, reached, hostName, smokeTest } = args;
  const { namespace } = bounded;
  new DeveloperAccess(`${name}-access`, { namespace, labels, developers, provider }, options);
  const volumes =
    restored.length === 0
      ? []
      : [
          new RestoredVolumes(
            `${name}-data`,
            { volumes: restored, namespace, labels, provider },
            options,
          ),
        ];
  const workloads = new KustomizeWorkloads(
    `${name}-workloads`,
    {
      directory: overlay.directory,
      write: overlay.write,
      namespace,
      entry: reached === undefined ? entry : undefined,
      provider,
    },
    // Quota and limits first: with a quota but no limits, the API server would refuse a pod without requests. And
    // volumes
    // with data before the claims, which would otherwise get empty ones.
    { ...options, dependsOn: [bounded, ...volumes] },
  );
  const further = declareHosts(name, args, { bounded, provider, options }, workloads);
  if (entry === undefined) {
    return undefined;
  }
  const ready: pulumi.Resource[] = [workloads, ...further.routes];
  let url = workloads.url;
  let proof: SmokeTestArgs["proof"];
  if (reached !== undefined) {
    const { service, port } = entry;
    proof = { header: PROOF_HEADER, value: bounded.resource.metadata.uid };
    ready.push(
      new EntranceRoute(
        `${name}-route`,
        { route: ENVIRONMENT, namespace, labels, ...reached, service, port, proof, provider },
        options,
      ),
    );
    url = pulumi.output(`${reached.entrance.scheme}://${reached.host}`);
  }
  let address: pulumi.Input<string> | undefined = reached?.entrance.address;
  if (hostName !== undefined) {
    address = workloads.address.apply((found) => found ?? "");
    url = pulumi.output(urlAt(entry, hostOf(hostName)));
    // Deleted before the workloads, so that it never points to a released address.
    new HostRecord(
      `${name}-record`,
      { ...hostName, address },
      { parent: options.parent, dependsOn: [workloads] },
    );
  }
  if (smokeTest !== undefined) {
    new SmokeTest(
      `${name}-smoke-test`,
      {
        ...smokeTest,
        url,
        address,
        proof,
        service: entry.service,
        place: { ...apiServer, namespace },
        hosts: further.asked,
        objects: overlay.objects,
      },
      { ...options, dependsOn: ready },
    );
  }
  return url;
}

/** The further names of an environment, for the smoke test. */
interface DeclaredHosts {
  readonly asked: readonly AskedHost[];
  /** Required before the test. */
  readonly routes: readonly pulumi.Resource[];
}

/** Declares the routes or records of an environment's further names. */
function declareHosts(
  name: string,
  { labels, reached, hosts = [] }: ContentsArgs,
  { bounded, provider, options }: Omit<Place, "apiServer">,
  workloads: KustomizeWorkloads,
): DeclaredHosts {
  const { namespace } = bounded;
  const declared = hosts.map(({ name: host, entry, hostName }) => {
    const { service, port } = entry;
    if (reached === undefined) {
      const address = workloads.addressOf(service).apply((found) => found ?? "");
      new HostRecord(
        `${name}-record-${host}`,
        { ...hostName, address },
        { parent: options.parent, dependsOn: [workloads] },
      );
      const url = urlAt(entry, hostOf(hostName));
      return { asked: { name: host, url, address, service }, routes: [] };
    }
    const { entrance } = reached;
    const proof = { header: PROOF_HEADER, value: bounded.resource.metadata.uid };
    const place = { route: `host-${host}`, namespace, labels, provider };
    const route = new EntranceRoute(
      `${name}-route-${host}`,
      { ...place, entrance, host: hostOf(hostName), service, port, proof },
      options,
    );
    const url = `${entrance.scheme}://${hostOf(hostName)}`;
    return { asked: { name: host, url, address: entrance.address, service }, routes: [route] };
  });
  return {
    asked: declared.map(({ asked }) => asked),
    routes: declared.flatMap(({ routes }) => routes),
  };
}
