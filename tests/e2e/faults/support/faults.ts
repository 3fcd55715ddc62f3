import type { Answer, Corrupt } from "./faulty-api";

/** A fault. It lasts from a moment of a command until the command ends. */
export type Fault = { readonly name: string } & (
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | {
      readonly kind: "api";
      readonly corrupt: Corrupt;
      /** Used for a fault that begins after the command's start. @default - `corrupt` */
      readonly corruptLater?: Corrupt;
    }
  /** The processes can no longer write files. They get EFBIG; a full disk gives ENOSPC. */
  | { readonly kind: "disk" }
  /** Lasts from the command's start. */
  | { readonly kind: "surroundings"; readonly env: Readonly<Record<string, string>> }
);

const DAYS_MS = 86_400_000;

const json = (status: number, id: string, message: string, more: object = {}): Corrupt => {
  const headers = { "content-type": "application/json", ...more };
  return () => ({ status, headers, body: JSON.stringify({ id, message }) });
};

function limited(seconds: number): Corrupt {
  const header = { "retry-after": String(seconds) };
  return json(429, "too_many_requests", "API rate limit exceeded", header);
}

/** Changes answers that are lists, and no others. */
function lists(change: (list: Record<string, unknown>, key: string) => object): Corrupt {
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
    corrupt: json(401, "unauthorized", "Unable to authenticate you"),
  },
  {
    name: "API 500",
    kind: "api",
    corrupt: json(500, "server_error", "Unexpected server-side error"),
  },
  {
    name: "429",
    kind: "api",
    // The hourly limit at the start. Later the limit of a minute: the provider cannot be interrupted, and waits for the end.
    corrupt: limited(3_600),
    corruptLater: limited(15),
  },
  // A gateway on the way closes the connection. tests/cli/account tests the time limits of the commands.
  { name: "timeout", kind: "api", corrupt: () => undefined },
  {
    name: "HTML",
    kind: "api",
    corrupt: () => ({
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<html><body>Log in to continue</body></html>",
    }),
  },
  { name: "short list", kind: "api", corrupt: lists((list, key) => ({ ...list, [key]: [] })) },
  {
    name: "empty list",
    kind: "api",
    corrupt: lists((list, key) => ({ ...list, [key]: [], meta: { total: 0 }, links: {} })),
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
