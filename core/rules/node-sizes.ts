import { UserError } from "../errors";
import { BASE_NODE_SIZE } from "../money/bill";
import { suggest } from "../suggest";

export interface SizeFacts {
  readonly size: string;
  readonly region: string;
  /** Slugs of the sizes offered in the region. */
  readonly offered: readonly string[];
  readonly regions: readonly string[];
}

/**
 * Finds a node size that is not offered. No setting changes the base node's size, so for that the fix is another
 * region.
 *
 * @param set - returns the command or option that sets a setting
 */
export function sizeErrors(
  { size, region, offered, regions }: SizeFacts,
  set: (setting: string, value: string) => string,
): UserError[] {
  if (offered.includes(size)) {
    return [];
  }
  const there = offered.length === 0 ? "nothing" : offered.join(", ");
  const message = `node size "${size}" is not offered in ${region}; offered there: ${there}`;
  const [first] = regions;
  const all = regions.join(", ");
  if (size === BASE_NODE_SIZE) {
    const base = `${message}. Each cluster has a base node of this size, regardless of nodeSize`;
    return [
      new UserError(
        base,
        first === undefined
          ? "ask DigitalOcean's support why the size is not offered to the account"
          : `${set("region", first)}   # regions that offer it: ${all}`,
      ),
    ];
  }
  const other = set("nodeSize", suggest(size, offered) ?? offered[0] ?? "<size>");
  const elsewhere = first === undefined ? "" : `   # or set region; regions that offer it: ${all}`;
  return [new UserError(message, `${other}${elsewhere}`)];
}
