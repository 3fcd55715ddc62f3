import { furtherLabel } from "../../core/names";
import type { Rendering } from "../../core/overlay/rendering";
import type { FurtherHost, HostName } from "..";
import type { Declared } from "./declared";

export function furtherHosts(
  { name, settings: { domain = "" } }: Declared,
  { hosts = [] }: Pick<Rendering, "hosts">,
  guard?: HostName["guard"],
): FurtherHost[] {
  return hosts.map((host) => ({
    ...host,
    hostName: { domain, label: furtherLabel(name.stack, host.name), guard },
  }));
}

/** Their URLs, by the first part of the name; undefined without further names. */
export function urlsOf(
  hosts: readonly FurtherHost[],
  urlOf: (host: FurtherHost) => string,
): Readonly<Record<string, string>> | undefined {
  return hosts.length === 0
    ? undefined
    : Object.fromEntries(hosts.map((host) => [host.name, urlOf(host)]));
}
