import type { NamedRecord } from "../../core/rules/domain-name";
import type { DigitalOcean } from "../account/digitalocean";
import type { BegunRecord, OwnedInState } from "../stacks/owned-in-state";

/** A record of an update that was killed before its id was in the state. */
export interface LeftRecord extends BegunRecord {
  readonly id: string;
}

/**
 * Finds a record whose creation pulumi had begun. It is ours, because the name had no record before, and the state contains the
 * record's name and address.
 *
 * @param records - all records of the name
 * @returns undefined when it does not exist, or cannot be distinguished from another
 */
export function leftRecord(
  begun: BegunRecord,
  records: readonly NamedRecord[],
  { recordIds = [] }: Pick<OwnedInState, "recordIds">,
): LeftRecord | undefined {
  const [found, another] = records.filter(
    ({ id, type, data }) =>
      type === "A" && data === begun.address && !recordIds.includes(String(id)),
  );
  return found === undefined || another !== undefined
    ? undefined
    : { ...begun, id: String(found.id) };
}

/** Returns the records of a state's pending creations. */
export async function leftRecords(
  account: DigitalOcean,
  owned: Pick<OwnedInState, "recordIds" | "begunRecords">,
): Promise<LeftRecord[]> {
  const found = (owned.begunRecords ?? []).map(async (begun) => {
    const records = await account.domainRecords(begun.domain, begun.host);
    return leftRecord(begun, records ?? [], owned) ?? [];
  });
  return (await Promise.all(found)).flat();
}

/** Deletes records of the environment that are not in its state. */
export async function deleteRecords(
  account: DigitalOcean,
  records: readonly LeftRecord[],
  say: (line: string) => void,
): Promise<void> {
  for (const { id, domain, host } of records) {
    say(`deleting record ${id} of ${host}, which a killed update left`);
    await account.deleteRecord(domain, id);
  }
}
