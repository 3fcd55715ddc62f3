import type { Api } from "../../support/account";

/** What the account is charged for some time. */
export interface Charge {
  readonly usd: number;
  /** Lines of invoices that have grown: each is rounded to a cent. */
  readonly lines: number;
}

interface Item {
  readonly resource_uuid?: string;
  readonly resource_id?: string;
  readonly start_time: string;
  readonly amount: string;
}

/** Lets hours pass in the account, after one of which at least a part was charged. @returns what they cost */
export async function chargeFor(api: Api, hours: number): Promise<Charge> {
  const pass = (some: number) =>
    api.request("POST", "/_emulator/clock", { advanceSeconds: some * 3600 });
  await pass(1);
  const before = await amountsOf(api);
  await pass(hours);
  const after = await amountsOf(api);
  const growth = [...after].map(([line, usd]) => usd - (before.get(line) ?? 0));
  return {
    usd: growth.reduce((sum, usd) => sum + usd, 0),
    lines: growth.filter((usd) => usd > 0).length,
  };
}

/** USD by line, of all invoices and the coming one. */
async function amountsOf(api: Api): Promise<ReadonlyMap<string, number>> {
  const path = "/v2/customers/my/invoices";
  const { invoices, invoice_preview: preview } = await api.request<{
    invoices: { invoice_uuid: string }[];
    invoice_preview: { invoice_uuid: string };
  }>("GET", path);
  const lists = await Promise.all(
    [preview, ...invoices].map(({ invoice_uuid: uuid }) =>
      api.request<{ invoice_items: Item[] }>("GET", `${path}/${uuid}?per_page=200`),
    ),
  );
  return new Map(
    lists
      .flatMap(({ invoice_items: items }) => items)
      .map(({ resource_uuid: uuid, resource_id: id, start_time: start, amount }) => [
        `${uuid ?? id ?? ""} ${start}`,
        Number(amount),
      ]),
  );
}
