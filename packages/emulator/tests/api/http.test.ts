import { RateLimiter } from "../../api/rate-limit";
import { MovableClock } from "../../clock";
import { type ErrorBody, TestEmulator } from "./support/test-emulator";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface SizesBody {
  readonly sizes: readonly { readonly slug: string }[];
  readonly links: { readonly pages?: Readonly<Record<string, string>> };
  readonly meta: { readonly total: number };
}

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

describe("authentication", () => {
  test.each(["/v2/account", "/v2/none", "/_emulator/clock", "/_emulator/requests"])(
    "%s refuses a wrong token",
    async (path) => {
      const answer = await emulator.call<ErrorBody>("GET", path, undefined, "dop_v1_wrong");

      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        id: "unauthorized",
        message: "Unable to authenticate you.",
        request_id: expect.stringMatching(UUID),
      });
      expect(answer.headers.get("x-request-id")).toBe(answer.body.request_id);
    },
  );

  test("only the emulator's health is available without a token", async () => {
    const response = await fetch(`${emulator.url}/_emulator/health`);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok", pid: process.pid });
  });

  test("keeps a connection open between two polls of a client", async () => {
    const { headers } = await fetch(`${emulator.url}/_emulator/health`);

    expect(headers.get("keep-alive")).toBe("timeout=75");
  });

  test("listens on loopback only", () => {
    expect(new URL(emulator.url).hostname).toBe("127.0.0.1");
  });
});

describe("pages", () => {
  test("have 20 items and links to the others", async () => {
    const { sizes, links, meta } = (await emulator.get<SizesBody>("/v2/sizes")).body;

    expect(sizes).toHaveLength(20);
    expect(meta.total).toBeGreaterThan(20);
    expect(links.pages).toEqual({
      next: `${emulator.url}/v2/sizes?page=2&per_page=20`,
      last: `${emulator.url}/v2/sizes?page=2&per_page=20`,
    });
  });

  test("following the links yields everything once", async () => {
    const all = (await emulator.get<SizesBody>("/v2/sizes?per_page=200")).body;
    const slugs: string[] = [];
    let next: string | undefined = "/v2/sizes?per_page=7";
    while (next) {
      const { body }: { body: SizesBody } = await emulator.get<SizesBody>(next);
      slugs.push(...body.sizes.map(({ slug }) => slug));
      next = body.links.pages?.next?.slice(emulator.url.length);
    }

    expect(slugs).toEqual(all.sizes.map(({ slug }) => slug));
    expect(all.links).toEqual({});
  });

  test("the last page links back only", async () => {
    const { links } = (await emulator.get<SizesBody>("/v2/sizes?page=2")).body;

    expect(Object.keys(links.pages ?? {})).toEqual(["first", "prev"]);
  });

  test.each(["per_page=0", "per_page=201", "per_page=many", "page=0", "page=-1"])(
    "%s is refused",
    async (query) => {
      const { status, body } = await emulator.get<ErrorBody>(`/v2/sizes?${query}`);

      expect([status, body.id]).toEqual([400, "bad_request"]);
    },
  );
});

describe("the rate limit", () => {
  test("accepts 250 requests a minute, then returns the time to retry", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 251 }, async () => (await emulator.get("/v2/account")).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(250);

    const refused = await emulator.get<ErrorBody>("/v2/account");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      id: "too_many_requests",
      message: "API rate limit exceeded.",
    });
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);

    expect(
      (await emulator.call("POST", "/_emulator/clock", { advanceSeconds: wait + 1 })).status,
    ).toBe(200);
    expect((await emulator.get("/v2/account")).status).toBe(200);
  });

  test("counts down, and returns the time at which the oldest request expires", async () => {
    await emulator.get("/v2/account");
    const { headers } = await emulator.get("/v2/account");

    expect(headers.get("ratelimit-limit")).toBe("5000");
    expect(headers.get("ratelimit-remaining")).toBe("4998");
    const reset = Number(headers.get("ratelimit-reset")) - Date.now() / 1000;
    expect(Math.abs(reset - 3600)).toBeLessThan(60);
  });

  test("lets 5000 requests an hour through", () => {
    const clock = new MovableClock();
    const limiter = new RateLimiter(clock);
    const take = () => {
      clock.advance(300);
      return limiter.take().allowed;
    };

    expect(Array.from({ length: 5000 }, take)).not.toContain(false);
    expect(limiter.take().allowed).toBe(false);
    clock.advance(3_600_000 - 5000 * 300 + 1000);
    expect(limiter.take().allowed).toBe(true);
  });
});

describe("what cannot be answered", () => {
  test("a route that the emulator does not have answers 501 and is recorded", async () => {
    const { status, body } = await emulator.get<ErrorBody>("/v2/databases");
    const log = await emulator.get<{ requests: { path: string; implemented: boolean }[] }>(
      "/_emulator/requests",
    );

    expect([status, body.id]).toEqual([501, "not_implemented"]);
    expect(log.body.requests).toEqual([
      expect.objectContaining({ path: "/v2/databases", implemented: false, status: 501 }),
    ]);
  });

  test("a body that is not JSON answers 400", async () => {
    const { status, body } = await emulator.call<ErrorBody>("POST", "/v2/volumes", "{");

    expect([status, body.id]).toEqual([400, "bad_request"]);
  });
});

describe("injected faults", () => {
  const fault = (rule: object) => emulator.call("POST", "/_emulator/faults", rule);

  test("answer instead of the route for the given number of times", async () => {
    await fault({ method: "GET", path: "/v2/kubernetes/**", status: 503, times: 2 });

    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      statuses.push((await emulator.get("/v2/kubernetes/options")).status);
    }

    expect(statuses).toEqual([503, 503, 200]);
  });

  test("apply to their method and path only", async () => {
    await fault({ method: "POST", path: "/v2/kubernetes/clusters", status: 500 });
    await fault({ method: "GET", path: "/v2/volumes/*", status: 500 });

    expect((await emulator.get("/v2/kubernetes/clusters")).status).toBe(200);
    expect((await emulator.get("/v2/volumes")).status).toBe(200);
    expect((await emulator.get("/v2/volumes/some/actions")).status).toBe(404);
    expect((await emulator.get("/v2/volumes/some")).status).toBe(500);
  });

  test("can have a body, and delay the response", async () => {
    await fault({ method: "GET", path: "/v2/account", status: 403, body: { id: "forbidden" } });
    expect((await emulator.get("/v2/account")).body).toEqual({ id: "forbidden" });

    const empty = { volumes: [], links: {}, meta: { total: 0 } };
    await fault({ method: "GET", path: "/v2/volumes", status: 200, body: empty });
    expect(await emulator.get("/v2/volumes")).toMatchObject({ status: 200, body: empty });

    await fault({ method: "GET", path: "/v2/account", delayMs: 150 });
    const before = performance.now();
    expect((await emulator.get("/v2/account")).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(149);
  });

  test("can be listed and removed", async () => {
    await fault({ method: "GET", path: "/v2/account", status: 500 });
    await fault({ cluster: "ends-in-error" });
    const { faults } = (await emulator.get<{ faults: object[] }>("/_emulator/faults")).body;
    expect(faults).toHaveLength(2);

    await emulator.call("DELETE", "/_emulator/faults");

    expect((await emulator.get("/v2/account")).status).toBe(200);
    expect((await emulator.createCluster()).status.state).toBe("running");
  });

  test("can let a cluster end in an error, or never come up", async () => {
    await fault({ cluster: "ends-in-error" });
    await fault({ cluster: "stays-provisioning" });
    const request = (name: string) =>
      emulator.call<{ kubernetes_cluster: { id: string } }>("POST", "/v2/kubernetes/clusters", {
        name,
        region: "fra1",
        version: "1.35",
        node_pools: [{ name: "p", size: "s-1vcpu-2gb", count: 1 }],
      });
    const failing = (await request("failing")).body.kubernetes_cluster.id;
    const stuck = (await request("stuck")).body.kubernetes_cluster.id;
    const well = await emulator.createCluster();

    await emulator.until("the error", async () =>
      (await emulator.cluster(failing)).status.state === "error" ? true : undefined,
    );
    expect(well.status.state).toBe("running");
    expect((await emulator.cluster(stuck)).status.state).toBe("provisioning");
  });

  test("are refused if they are not valid", async () => {
    expect((await fault({ method: "GET", path: "/v2/account", status: 100 })).status).toBe(422);
  });
});
