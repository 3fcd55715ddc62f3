import type { RequestListener, ServerResponse } from "node:http";
import * as pulumi from "@pulumi/pulumi";
import { askDigitalOcean, type RequestOptions } from "../../components/digitalocean-request";
import { withServer } from "../helpers/local-server";

const TOKEN = "dop_v1_secret";
const WANTED = { what: "the account", scope: "account:read" };
const NOW = new Date("2026-11-23T10:00:00Z");
const PATH = "/v2/account";

type Reply = readonly [
  status: number,
  body?: object | string,
  headers?: Readonly<Record<string, string>>,
];

/** Gives one reply after the other, the last one again and again. */
function replies(...all: readonly Reply[]): RequestListener {
  let count = 0;
  return (_, response) => reply(response, all[Math.min(count++, all.length - 1)] ?? [500]);
}

function reply(response: ServerResponse, [status, body = {}, headers = {}]: Reply): void {
  const isText = typeof body === "string";
  response.writeHead(status, {
    "content-type": isText ? "text/html; charset=utf-8" : "application/json",
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

interface Result {
  readonly answer?: unknown;
  readonly error?: unknown;
  readonly slept: readonly number[];
  readonly said: readonly string[];
}

async function ask(origin: string, options: RequestOptions = {}): Promise<Result> {
  const slept: number[] = [];
  const said: string[] = [];
  const patience: RequestOptions = {
    now: () => NOW,
    sleep: async (milliseconds) => void slept.push(milliseconds),
    say: (line) => said.push(line),
    ...options,
  };
  return askDigitalOcean<unknown>({ origin, token: TOKEN }, PATH, WANTED, patience).then(
    (answer) => ({ answer, slept, said }),
    (error: unknown) => ({ error, slept, said }),
  );
}

/** The text that Pulumi prints, which it prints alone only for a RunError. */
function textOf({ error }: Result): string {
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  const { message } = error as Error;
  expect(message).not.toContain(TOKEN);
  expect(message).toMatch(/\n {2}fix: \S/);
  return message;
}

const ACCOUNT: Reply = [200, { account: { uuid: "a" } }];

describe("a request that may succeed later", () => {
  it.each<[string, Reply]>([
    ["429", [429]],
    ["500", [500]],
    ["502 of a proxy", [502, "<html></html>"]],
    ["503", [503]],
  ])("is repeated after %s, with growing pauses", async (_, first) => {
    await withServer(replies(first, first, first, ACCOUNT), async ({ url, requests }) => {
      const { answer, slept, said } = await ask(url);
      expect(answer).toEqual(ACCOUNT[1]);
      expect(requests.map(({ method }) => method)).toEqual(Array(4).fill("GET"));
      expect(slept).toHaveLength(3);
      slept.forEach((ms, index) => {
        expect(ms).toBeGreaterThanOrEqual(250 * 2 ** index);
        expect(ms).toBeLessThanOrEqual(500 * 2 ** index);
      });
      expect(said[0]).toContain(`DigitalOcean answers ${first[0]}; trying again in`);
    });
  });

  it("waits for every reset of a limit that is near", async () => {
    const refusal: Reply = [429, {}, { "retry-after": "42" }];
    const refusals = Array.from({ length: 6 }, () => refusal);
    await withServer(replies(...refusals, ACCOUNT), async ({ url }) => {
      const { answer, slept, said } = await ask(url);
      expect(answer).toEqual(ACCOUNT[1]);
      expect(slept).toHaveLength(6);
      for (const ms of slept) {
        expect(ms).toBeGreaterThanOrEqual(42_000);
        expect(ms).toBeLessThanOrEqual(44_000);
      }
      expect(said[0]).toMatch(/^waiting 4[234](\.\d)? s: DigitalOcean allows a token 250 requests/);
    });
  });

  it("is repeated when the connection breaks, before the answer and within it", async () => {
    let count = 0;
    await withServer(
      (request, response) => {
        count += 1;
        if (count === 1) {
          request.socket.destroy();
        } else if (count === 2) {
          response.writeHead(200, { "content-length": "100" });
          response.write("{", () => request.socket.destroy());
        } else {
          reply(response, ACCOUNT);
        }
      },
      async ({ url }) => {
        const { answer, said } = await ask(url);
        expect(answer).toEqual(ACCOUNT[1]);
        expect(said).toHaveLength(2);
        expect(said.join()).not.toMatch(/fetch failed|terminated/);
      },
    );
  });
});

describe("a request that fails", () => {
  const DESCRIBED =
    "the request is described at https://docs.digitalocean.com/reference/api/digitalocean/";
  const TOKENS = "https://cloud.digitalocean.com/account/api/tokens";
  const CHECK =
    "check DIGITALOCEAN_API_URL, and whether a proxy answers in DigitalOcean's place; DigitalOcean's own state: https://status.digitalocean.com";

  it.each<[Reply, string, string, number]>([
    [
      [401, { message: "Unable to authenticate you", request_id: "r-1" }],
      `DigitalOcean answered GET ${PATH} with 401: Unable to authenticate you (request r-1)`,
      `set DIGITALOCEAN_TOKEN to a token that is neither expired nor deleted: ${TOKENS}`,
      1,
    ],
    [
      [403, { message: "You are not authorized" }],
      `DigitalOcean answered GET ${PATH} with 403: You are not authorized`,
      `set DIGITALOCEAN_TOKEN to a token with the scope account:read: ${TOKENS}`,
      1,
    ],
    [
      [404, { message: "not there" }],
      `DigitalOcean answered GET ${PATH} with 404: not there`,
      "check whether it still exists, and whether DIGITALOCEAN_TOKEN is a token for its account",
      1,
    ],
    [
      [422, { message: "invalid name" }],
      `DigitalOcean answered GET ${PATH} with 422: invalid name`,
      `change the setting that DigitalOcean refuses; ${DESCRIBED}`,
      1,
    ],
    [
      [400, {}],
      `DigitalOcean answered GET ${PATH} with 400: Bad Request`,
      `fix what the message reports; ${DESCRIBED}`,
      1,
    ],
    [
      [429, { message: "Too many requests" }, { "retry-after": "1800" }],
      `DigitalOcean answered GET ${PATH} with 429: Too many requests`,
      "wait until 10:30:00 UTC, or give some commands a token of their own: a token has 250 requests a minute and 5,000 an hour",
      1,
    ],
    [
      [429],
      `DigitalOcean answered GET ${PATH} with 429: Too Many Requests`,
      "wait a minute, or give some commands a token of their own: a token has 250 requests a minute and 5,000 an hour",
      4,
    ],
    [
      [500, { message: "Server Error" }],
      `DigitalOcean answered GET ${PATH} with 500: Server Error`,
      "try again, or see https://status.digitalocean.com",
      4,
    ],
    [
      [501],
      `DigitalOcean answered GET ${PATH} with 501: Not Implemented`,
      "try again, or see https://status.digitalocean.com",
      1,
    ],
    [
      [200, "<html>Log in</html>"],
      `a page (text/html) answered GET ${PATH} with 200: it is not JSON`,
      CHECK,
      1,
    ],
    [
      [403, "<html>Log in</html>"],
      `a page (text/html) answered GET ${PATH} with 403: Forbidden`,
      CHECK,
      1,
    ],
    [
      [502, "<html>Log in</html>"],
      `a page (text/html) answered GET ${PATH} with 502: Bad Gateway`,
      CHECK,
      4,
    ],
  ])("%j", async (answer, message, fix, times) => {
    await withServer(replies(answer), async ({ url, requests }) => {
      expect(textOf(await ask(url))).toBe(`the account cannot be read: ${message}\n  fix: ${fix}`);
      expect(requests).toHaveLength(times);
    });
  });

  it.each<[string, RequestListener]>([
    ["that never comes", () => undefined],
    ["that never ends", (_, response) => response.writeHead(200).write("{")],
  ])("after four waits for an answer %s", async (_, listener) => {
    await withServer(listener, async ({ url }) => {
      const result = await ask(url, { timeoutMs: 100 });
      expect(textOf(result)).toContain(
        `DigitalOcean cannot be reached: GET ${url}${PATH}: no answer within 0.1 s\n  fix: check the network, and the variables HTTPS_PROXY and DIGITALOCEAN_API_URL if they are set; `,
      );
      // On a busy machine the server may not receive a request before its timeout.
      expect(result.slept).toHaveLength(3);
    });
  });

  it("with the cause, when no server listens", async () => {
    let closed = "";
    await withServer(replies(), async ({ url }) => {
      closed = url;
    });
    const result = await ask(closed);
    expect(textOf(result)).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/v2\/account: .*ECONNREFUSED/);
    expect(textOf(result)).not.toContain("fetch failed");
    expect(result.slept).toHaveLength(3);
  });
});
