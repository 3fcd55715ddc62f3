import { STATUS_PAGE } from "../../core/digitalocean-answer";
import { DigitalOceanError, notDigitalOcean } from "./digitalocean-error";

/** Maximum size of a page. */
const PAGE_SIZE = 200;
/** Number of attempts, because a list of several pages can change while it is read. */
const LIST_ATTEMPTS = 3;

export type ListCall = (request: {
  readonly page: number;
  readonly per_page: number;
}) => Promise<{ readonly data: object }>;

interface ListBody {
  readonly links?: { readonly pages?: { readonly next?: string } };
  readonly meta?: { readonly total?: number };
}

/** All items of a list, with its own total. */
export interface Counted<T> {
  readonly items: readonly T[];
  readonly total?: number;
}

/**
 * Returns all items of a list.
 *
 * @param key - its key in the response
 * @throws {DigitalOceanError} when the list is not as long as its own total, because a missing item could mislead a caller
 */
export async function wholeList<T>(key: string, call: ListCall): Promise<readonly T[]> {
  for (let attempt = 1; ; attempt++) {
    const { items, total = items.length } = await countedItems(key, call, (item: T) => item);
    if (items.length === total) {
      return items;
    }
    if (attempt === LIST_ATTEMPTS) {
      throw new DigitalOceanError(
        `DigitalOcean lists ${items.length} of ${total} ${key.replaceAll("_", " ")}`,
        `run the same command again in a minute; DigitalOcean's status: ${STATUS_PAGE}`,
      );
    }
  }
}

/**
 * Returns all items of a list, with its own total.
 *
 * @param keep - reduces each item while its page is read, because an account with thousands of nodes would fill the memory
 */
export async function countedItems<T, U>(
  key: string,
  call: ListCall,
  keep: (item: T) => U,
): Promise<Counted<U>> {
  const items: U[] = [];
  let total: number | undefined;
  for await (const page of pagesOf<T>(key, call)) {
    items.push(...page.items.map(keep));
    total = page.total;
  }
  return { items, total };
}

/** Yields items one by one. Once the caller stops, no further page is requested. */
export async function* itemsOf<T>(key: string, call: ListCall): AsyncGenerator<T> {
  for await (const { items } of pagesOf<T>(key, call)) {
    yield* items;
  }
}

export async function* pagesOf<T>(
  key: string,
  call: ListCall,
  perPage = PAGE_SIZE,
): AsyncGenerator<Counted<T>> {
  for (let page = 1; ; page++) {
    const { data } = await call({ page, per_page: perPage });
    const items = (data as Readonly<Record<string, T[] | undefined>>)[key];
    if (!Array.isArray(items)) {
      throw notDigitalOcean(`a list of ${key.replaceAll("_", " ")}`);
    }
    const { links, meta } = data as ListBody;
    yield { items, total: meta?.total };
    if (links?.pages?.next === undefined) {
      return;
    }
  }
}
