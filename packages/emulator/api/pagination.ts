import { badRequest } from "../account/errors";
import type { ApiRequest } from "./router";

/** @see the parameters `page` and `per_page` of DigitalOcean's OpenAPI */
const DEFAULT_PER_PAGE = 20;
const MOST_PER_PAGE = 200;

/** One page of a list, with links to the others and the total. @throws ApiError 400 on a page that cannot be */
function page<T>(request: ApiRequest, items: readonly T[]) {
  const number = positive(request, "page", 1, Number.MAX_SAFE_INTEGER);
  const perPage = positive(request, "per_page", DEFAULT_PER_PAGE, MOST_PER_PAGE);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number) => {
    const query = new URLSearchParams(request.query);
    query.set("page", String(to));
    query.set("per_page", String(perPage));
    return `${request.origin}${request.path}?${query.toString()}`;
  };
  const pages = {
    ...(number > 1 && { first: link(1), prev: link(Math.min(number - 1, last)) }),
    ...(number < last && { next: link(number + 1), last: link(last) }),
  };
  return {
    items: items.slice((number - 1) * perPage, number * perPage),
    links: Object.keys(pages).length > 0 ? { pages } : {},
    meta: { total: items.length },
  };
}

/** Returns a page of a list as a body: `{ <key>: [...], links, meta }`. */
export function pageBody<T>(
  request: ApiRequest,
  key: string,
  all: readonly T[],
  show: (item: T) => unknown,
) {
  const { items, links, meta } = page(request, all);
  return { [key]: items.map(show), links, meta };
}

/**
 * A page of a list that also supports page tokens, which its links contain: `page_token` wins over
 * `page`. @throws ApiError 400 on a token that no link had
 */
export function tokenPageBody<T>(
  request: ApiRequest,
  key: string,
  all: readonly T[],
  show: (item: T) => unknown,
) {
  const query = new URLSearchParams(request.query);
  const token = query.get("page_token");
  query.delete("page_token");
  if (token) {
    query.set("page", pageOf(token));
  }
  const body = pageBody({ ...request, query }, key, all, show);
  const { pages = {} } = body.links as { pages?: Readonly<Record<string, string>> };
  const links = Object.entries(pages).map(([name, link]) => [name, withToken(link)]);
  return { ...body, ...(links.length > 0 && { links: { pages: Object.fromEntries(links) } }) };
}

function withToken(link: string): string {
  const url = new URL(link);
  const page = url.searchParams.get("page") ?? "";
  url.searchParams.set("page_token", Buffer.from(`page ${page}`).toString("base64url"));
  return url.toString();
}

function pageOf(token: string): string {
  const page = /^page (\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (page === undefined) {
    throw badRequest("invalid page_token");
  }
  return page;
}

function positive(request: ApiRequest, name: string, fallback: number, most: number): number {
  const text = request.query.get(name) ?? "";
  if (text === "") {
    return fallback;
  }
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most) {
    const allowed = most === MOST_PER_PAGE ? `between 1 and ${most}` : "1 or more";
    throw badRequest(`${name} must be ${allowed}, got "${text}"`);
  }
  return number;
}
