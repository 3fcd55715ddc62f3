import type { Reply, RouteRequest } from "./route";

/** 30 unless asked for up to 100. @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function perPage(query: URLSearchParams): number {
  return Math.min(Math.max(Number(query.get("per_page") ?? 30) || 30, 1), 100);
}

/** Returns a page of a list with relative links to the other pages; the server adds its address. */
export function page(items: readonly unknown[], { query }: RouteRequest): Reply {
  const size = perPage(query);
  const current = Math.max(Number(query.get("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const links = [
    ...(current > 1
      ? [link({ page: current - 1 }, query, "prev"), link({ page: 1 }, query, "first")]
      : []),
    ...(current < last
      ? [link({ page: current + 1 }, query, "next"), link({ page: last }, query, "last")]
      : []),
  ];
  return {
    status: 200,
    body: items.slice((current - 1) * size, current * size),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

/** Returns a page of a list with cursors. */
export function pageAfter(
  items: readonly { readonly id: number }[],
  { query }: RouteRequest,
): Reply {
  const after = query.get("after");
  const start = after === null ? 0 : items.findIndex(({ id }) => String(id) === after) + 1;
  const shown = items.slice(start, start + perPage(query));
  const more = start + shown.length < items.length;
  return {
    status: 200,
    body: shown,
    headers: more ? { link: link({ after: shown.at(-1)?.id ?? 0 }, query, "next") } : {},
  };
}

function link(
  change: Readonly<Record<string, number>>,
  query: URLSearchParams,
  rel: string,
): string {
  const target = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    target.set(name, String(value));
  }
  return `<?${target.toString()}>; rel="${rel}"`;
}
