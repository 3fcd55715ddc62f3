import { UserError } from "../errors";
import type { Entry } from "../manifests/entry";
import type { KubernetesObject } from "../manifests/manifest";
import type { ObjectChange } from "./shared-changes";

const BASE = "service.beta.kubernetes.io/do-loadbalancer-";
/** Makes a load balancer end TLS. */
export const CERTIFICATE_NAME = `${BASE}certificate-name`;
/** A tree's own settings for TLS and for port protocols, which would override those set here. */
const OVERRULED = ["certificate-id", "protocol", "http-ports", "tls-ports", "tls-passthrough"].map(
  (name) => BASE + name,
);

/**
 * The annotations that make a load balancer end TLS at port 443 and redirect port 80 there.
 *
 * @param certificate - name of a certificate in the account; renewal keeps the name and changes the id
 */
export function tlsAnnotations(certificate: string): Record<string, string> {
  return {
    [`${BASE}type`]: "REGIONAL",
    [`${BASE}http-ports`]: "80",
    [CERTIFICATE_NAME]: certificate,
    [`${BASE}redirect-http-to-https`]: "true",
    // Otherwise DigitalOcean creates an A record for the apex domain that points here.
    [`${BASE}disable-lets-encrypt-dns-records`]: "true",
  };
}

type Port = Readonly<Record<string, unknown>>;

/** The port at which DigitalOcean ends TLS for an entry. */
export function httpsEntry({ service }: Entry): Entry {
  return { service, port: 443, scheme: "https" };
}

/**
 * Makes the entry's load balancer end TLS with a certificate of the account, and redirect HTTP to HTTPS.
 *
 * The load balancer must be an HTTP one from the start: with the default type, DigitalOcean's cloud controller silently
 * ignores all of this. It makes one rule for each Service port, so 80 and 443 are two ports with one target.
 *
 * @param certificate - its name
 * @param setting - the setting that names Service and port
 * @throws {UserError} when the entry's pods end TLS themselves
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/loadbalancers.go (buildForwardingRules)
 */
export function endingTls(
  entry: Entry,
  certificate: string,
  setting: string = "smokeTest",
): ObjectChange {
  if (entry.scheme === "https") {
    throw new UserError(
      `port ${entry.port} of Service "${entry.service}" is for HTTPS, but DigitalOcean ends TLS and sends HTTP to the pods`,
      `pulumi config set --path ${setting}.port <a port for HTTP>, or \`pulumi config set https none\` so that the tree ends TLS`,
    );
  }
  return (object) =>
    object.kind === "Service" && object.metadata.name === entry.service
      ? changed(object, entry.port, certificate)
      : object;
}

function changed(object: KubernetesObject, port: number, certificate: string): KubernetesObject {
  const { metadata } = object;
  const spec = object.spec as { readonly ports?: readonly Port[] };
  const kept = Object.entries(metadata.annotations ?? {}).filter(
    ([name]) => !OVERRULED.includes(name),
  );
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: {
        ...Object.fromEntries(kept),
        ...tlsAnnotations(certificate),
      },
    },
    spec: { ...spec, ports: portsOf(spec.ports ?? [], port) },
  };
}

/** Ports 80 and 443 get the target of the entry's port; the others stay. */
function portsOf(ports: readonly Port[], number: number): Port[] {
  const entry = ports.find(({ port }) => port === number) ?? {};
  const others = ports.filter((one) => one !== entry && one.port !== 80 && one.port !== 443);
  const taken = new Set(others.map(({ name }) => name));
  const free = (name: string) => (taken.has(name) ? `entry-${name}` : name);
  const targetPort = entry.targetPort ?? number;
  const { nodePort: _, appProtocol: _protocol, ...fields } = entry;
  return [
    { ...fields, name: free("http"), port: 80, targetPort },
    { ...fields, name: free("https"), port: 443, targetPort },
    ...others,
  ];
}
