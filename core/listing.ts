/** The result of reading a list. An incomplete list does not prove that an item is absent. */
export type Listing<T> =
  | { readonly state: "complete"; readonly items: readonly T[] }
  | { readonly state: "partial" | "failed"; readonly why: string };

/**
 * A list that was read page by page. Items are added and removed between two requests, so an item may appear twice and
 * another be missed: such a list is partial.
 *
 * @param total - the list's own count (`meta.total`); undefined when it has none
 */
export function listed<T extends { readonly id: string }>(
  items: readonly T[],
  total?: number,
): Listing<T> {
  const found = new Set(items.map(({ id }) => id)).size;
  return found === items.length && (total === undefined || total === found)
    ? { state: "complete", items }
    : {
        state: "partial",
        why: `${found} distinct items of ${total ?? items.length}: the list changed while it was read`,
      };
}

/** The list could not be read. */
export function unlisted(why: string): Listing<never> {
  return { state: "failed", why };
}
