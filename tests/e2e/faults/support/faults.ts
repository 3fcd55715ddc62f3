import type { Answer, Spoil } from "./faulty-api";

/** What goes wrong, from a moment of a command on until it ends. */
export type Fault = { readonly name: string } & (
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | {
      readonly kind: "api";
      readonly spoil: Spoil;
      /** After a command has begun. @default - `spoil` */
      readonly spoilLater?: Spoil;
    }
  /** From then on the processes can write no file: they get EFBIG where a full disk gives ENOSPC. */
  | { readonly kind: "disk" }
  /** From the start. */
  | { readonly kind: "surroundings"; readonly env: Readonly<Record<string, string>> }
);

const DAYS_MS = 86_400_000;

const json = (status: number, id: string, message: string, more: object = {}): Spoil => {
  const headers = { "content-type": "application/json", ...more };
  return () => ({ status, headers, body: JSON.stringify({ id, message }) });
};

function limited(seconds: number): Spoil {
  const header = { "retry-after": String(seconds) };
  return json(429, "too_many_requests", "API rate limit exceeded", header);
}

/** Changes what the answer lists, and leaves all other answers as they are. */
function lists(change: (list: Record<string, unknown>, key: string) => object): Spoil {
  return (answer: Answer) => {
    const list = listIn(answer.body);
    const key = Object.keys(list ?? {}).find((name) => Array.isArray(list?.[name]));
    return list === undefined || key === undefined || list.meta === undefined
      ? answer
      : { ...answer, body: JSON.stringify(change(list, key)) };
  };
}

function listIn(body: string): Record<string, unknown> | undefined {
  return body.startsWith("{") ? (JSON.parse(body) as Record<string, unknown>) : undefined;
}

export const FAULTS = [
  { name: "SIGKILL", kind: "signal", signal: "SIGKILL" },
  { name: "Ctrl-C", kind: "signal", signal: "SIGINT" },
  {
    name: "expired token",
    kind: "api",
    spoil: json(401, "unauthorized", "Unable to authenticate you"),
  },
  {
    name: "API 500",
    kind: "api",
    spoil: json(500, "server_error", "Unexpected server-side error"),
  },
  {
    name: "429",
    kind: "api",
    // Of the hour; and of the minute, because nothing interrupts the provider, which waits as long as it has to.
    spoil: limited(3_600),
    spoilLater: limited(15),
  },
  // A gateway on the way has waited long enough. How long a command itself waits, tests/cli/account proves.
  { name: "timeout", kind: "api", spoil: () => undefined },
  {
    name: "HTML",
    kind: "api",
    spoil: () => ({
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<html><body>Log in to continue</body></html>",
    }),
  },
  { name: "short list", kind: "api", spoil: lists((list, key) => ({ ...list, [key]: [] })) },
  {
    name: "empty list",
    kind: "api",
    spoil: lists((list, key) => ({ ...list, [key]: [], meta: { total: 0 }, links: {} })),
  },
  { name: "disk full", kind: "disk" },
  {
    name: "clock fast",
    kind: "surroundings",
    env: { E2E_CLOCK_AHEAD_MS: String(30 * DAYS_MS) },
  },
  {
    name: "clock slow",
    kind: "surroundings",
    env: { E2E_CLOCK_AHEAD_MS: String(-30 * DAYS_MS) },
  },
  {
    name: "no DNS",
    kind: "surroundings",
    env: { DIGITALOCEAN_API_URL: "https://api.digitalocean.invalid" },
  },
] as const satisfies readonly Fault[];
export type FaultName = (typeof FAULTS)[number]["name"];
