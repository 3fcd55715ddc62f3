import type { NamedRecord } from "../../core/rules/domain-name";
import type { DigitalOcean } from "../account/digitalocean";
import type { BegunRecord, OwnedInState } from "../stacks/owned-in-state";

/** A record that an update has made which was killed before it wrote down the id. */
export interface LeftRecord extends BegunRecord {
  readonly id: string;
}

/**
 * Finds what has become of a record whose creation pulumi had begun: nobody else's, because before that the name had no record,
 * and the state says which name and address it was to have.
 *
 * @param records - all of the name
 * @returns undefined when it is not there, or cannot be told from another
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

/** The records that are left of all whose creation a stack's state has begun. */
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

/** Deletes records of the environment that its state does not know. */
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
