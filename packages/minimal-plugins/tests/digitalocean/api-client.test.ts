import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiClient, DigitalOceanError } from "../../digitalocean/api-client";
import { parseConfiguration } from "../../digitalocean/configuration";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let handlers: Handler[];
let waits: number[];

beforeEach(async () => {
  handlers = [];
  waits = [];
  server = createServer((request, response) => {
    const handler = handlers.shift();
    if (handler === undefined) {
      response.writeHead(500).end("no request was expected");
      return;
    }
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(settings = {}): ApiClient {
  const configuration = parseConfiguration(
    { apiEndpoint: origin(), token: "the-token", ...settings },
    {},
  );
  const wait = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
  };
  return new ApiClient(configuration, wait, "the-agent");
}

function get(path = "/v2/account", api = client()): Promise<unknown> {
  return api.request("GET", path);
}

function answer(status: number, body: unknown, headers = {}): Handler {
  return (_, response) => {
    response.writeHead(status, headers).end(body === undefined ? "" : JSON.stringify(body));
  };
}

test.each([
  ["a page of HTML", "<html><body>Log in</body></html>"],
  ["a text", '"hello"'],
])("fails like godo when %s answers with status 200", async (_, body) => {
  const page: Handler = (_request, response) => response.writeHead(200).end(body);
  handlers = [page, page];
  await expect(get()).rejects.toThrow(
    `invalid character '${body[0]}' looking for beginning of value`,
  );
  await expect(client().request("DELETE", "/v2/volumes/1")).resolves.toEqual({});
});

test("sends the token, its name and a body of JSON", async () => {
  let seen: unknown;
  handlers = [
    (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        const { method, url, headers } = request;
        seen = { method, url, body, headers };
        response.writeHead(201).end('{"done":true}');
      });
    },
  ];
  expect(await client().request("POST", "/v2/things", { name: "x" })).toEqual({
    done: true,
  });
  expect(seen).toMatchObject({
    method: "POST",
    url: "/v2/things",
    body: '{"name":"x"}',
    headers: {
      authorization: "Bearer the-token",
      "user-agent": "the-agent",
      "content-type": "application/json",
    },
  });
});

test("an answer without a body is an empty object", async () => {
  handlers = [answer(204, undefined)];
  expect(await get()).toEqual({});
});

test("makes five attempts with growing pauses", async () => {
  handlers = Array.from({ length: 5 }, () => answer(502, { message: "oh no", request_id: "r1" }));
  await expect(get()).rejects.toMatchObject({
    status: 502,
    message: `GET ${origin()}/v2/account: 502 (request "r1") oh no; giving up after 5 attempt(s)`,
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000]);
});

test("succeeds when a later attempt does", async () => {
  handlers = [answer(503, {}), answer(429, {}), answer(200, { ok: true })];
  expect(await get()).toEqual({ ok: true });
  expect(waits).toHaveLength(2);
});

test("waits for the API's retry-after, where that is allowed", async () => {
  handlers = [
    answer(429, {}, { "retry-after": "7" }),
    answer(503, {}, { "retry-after": "3" }),
    answer(500, {}, { "retry-after": "9" }),
    answer(200, {}),
  ];
  await get();
  expect(waits).toEqual([7000, 3000, 4000]);
});

test.each([400, 401, 403, 404, 409, 412, 422, 501])("does not repeat after %i", async (status) => {
  handlers = [answer(status, { id: "x", message: "no" }, { "x-request-id": "r2" })];
  const failure = await get().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DigitalOceanError);
  expect((failure as DigitalOceanError).message).toBe(
    `GET ${origin()}/v2/account: ${status} (request "r2") no`,
  );
  expect(waits).toEqual([]);
});

test("repeats after a broken connection, and finally reports the cause", async () => {
  const breakOff: Handler = (request) => request.socket.destroy();
  handlers = [breakOff, breakOff, breakOff];
  const failing = get("/v2/account", client({ httpRetryMax: "2" }));
  await expect(failing).rejects.toThrow(`GET ${origin()}/v2/account: giving up after 3 attempt(s)`);
  expect(waits).toEqual([1000, 2000]);
});

test("respects the minimum and maximum wait in its settings", async () => {
  const settings = { httpRetryMax: "3", httpRetryWaitMin: "5", httpRetryWaitMax: "8" };
  handlers = [answer(500, {}), answer(500, {}), answer(500, {}), answer(200, {})];
  await get("/v2/account", client(settings));
  expect(waits).toEqual([5000, 8000, 8000]);
});

test("reads a list to its last page", async () => {
  const page =
    (n: number, next?: string): Handler =>
    (request, response) => {
      expect(request.url).toBe(`/v2/things?page=${n}&per_page=200`);
      answer(200, { things: [{ n }], links: next ? { pages: { next } } : {} })(request, response);
    };
  handlers = [page(1, "more"), page(2, "more"), page(3)];
  expect(await client().list("/v2/things", "things")).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test("respects the limit of requests a second", async () => {
  handlers = Array.from({ length: 4 }, () => answer(200, {}));
  const api = client({ requestsPerSecond: "50" });
  const started = performance.now();
  await Promise.all([1, 2, 3, 4].map(() => get("/v2/account", api)));
  // Three intervals of 20 ms; timers may fire a little early.
  expect(performance.now() - started).toBeGreaterThan(55);
});

test("reads missing settings from the environment", () => {
  const env = {
    DIGITALOCEAN_TOKEN: "first",
    DIGITALOCEAN_ACCESS_TOKEN: "second",
    DIGITALOCEAN_API_URL: "http://127.0.0.1:9",
    DIGITALOCEAN_HTTP_RETRY_MAX: "0",
  };
  expect(parseConfiguration({}, env)).toMatchObject({ token: "first", retryMax: 0 });
  const given = parseConfiguration({ token: "given", httpRetryMax: "1" }, env);
  expect(given).toMatchObject({ token: "given", retryMax: 1 });
  expect(given.endpoint.origin).toBe("http://127.0.0.1:9");
  const { DIGITALOCEAN_TOKEN: _, ...withoutFirst } = env;
  expect(parseConfiguration({}, withoutFirst).token).toBe("second");
});
