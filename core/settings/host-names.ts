import { DNS_LABEL_MAX_LENGTH, furtherLabel, HOST_SEPARATOR, hostLabel } from "../names";
import type { ConfigFault } from "./config-error";
import type { Settings } from "./schema";

/** Finds names below the domain that two environments could share, or that DNS does not accept. */
export function hostNameFaults(
  stack: string,
  { placement, domain, hosts }: Pick<Settings, "placement" | "domain" | "hosts">,
): ConfigFault[] {
  const label = hostLabel(stack);
  if (domain === undefined || placement === "host" || placement === "domain") {
    return [];
  }
  if (label.includes(HOST_SEPARATOR)) {
    return [
      {
        message: `the stack's name ${JSON.stringify(stack)} has two dashes in a row, which below domain ${domain} separate a further host from its environment`,
        fix: `use the name ${stack.replace(/-{2,}/g, "-")}, or leave out domain`,
      },
    ];
  }
  return Object.keys(hosts).flatMap((host) => {
    const { length } = furtherLabel(stack, host);
    return length <= DNS_LABEL_MAX_LENGTH
      ? []
      : [
          {
            message: `hosts.${host} makes the name ${furtherLabel(stack, host)}, which has ${length} characters; DNS allows ${DNS_LABEL_MAX_LENGTH}`,
            fix: "shorten the host's name or the stack's",
          },
        ];
  });
}
