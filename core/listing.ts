/** The result of reading a list. An incomplete list proves nothing about what it lacks. */
export type Listing<T> =
  | { readonly state: "complete"; readonly items: readonly T[] }
  | { readonly state: "partial" | "failed"; readonly why: string };

/**
 * A list that was fetched page by page. Things come and go between two pages, so that one may be told twice and another
 * not at all: such a list is partial.
 *
 * @param total - how many there are by the list's own account (`meta.total`); undefined when it does not tell
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
        why: `${found} different of ${total ?? items.length} came: the list changed while it was read`,
      };
}

/** The list could not be had. */
export function unlisted(why: string): Listing<never> {
  return { state: "failed", why };
}
