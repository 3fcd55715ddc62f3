import type { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import axios, { type AxiosAdapter, AxiosError, type InternalAxiosRequestConfig } from "axios";
import {
  DigitalOcean,
  type DigitalOceanOptions,
  requireAccess,
} from "../../../cli/account/digitalocean";
import { DigitalOceanError } from "../../../cli/account/digitalocean-error";
import { retryingAdapter } from "../../../cli/account/retrying-adapter";
import { UserError } from "../../../core/errors";
import { withServer } from "../../helpers/local-server";

const TOKEN = "dop_v1_0123456789abcdef";
const NOW = new Date("2026-11-23T10:00:00Z");

type Reply = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

/** Time that passes only while somebody sleeps. */
function patience() {
  const slept: number[] = [];
  const said: string[] = [];
  const now = () => new Date(NOW.getTime() + slept.reduce((sum, ms) => sum + ms, 0));
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  return { slept, said, options: { now, sleep, say: (line: string) => said.push(line) } };
}

/** Answers one request after the other; the last reply holds for all that follow. */
function replies(...all: Reply[]): (request: IncomingMessage, response: ServerResponse) => void {
  let next = 0;
  return (_, response) => {
    const [status, body, headers = {}] = all[Math.min(next++, all.length - 1)] ?? [500];
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(body === undefined ? undefined : JSON.stringify(body));
  };
}

async function withAccount(
  listener: Parameters<typeof withServer>[0],
  options: DigitalOceanOptions,
  use: (account: DigitalOcean, requests: () => string[]) => Promise<void>,
): Promise<void> {
  await withServer(listener, ({ url, requests }) =>
    use(new DigitalOcean({ origin: url, token: TOKEN }, options), () =>
      requests.map((request) => `${request.method} ${request.url}`),
    ),
  );
}

async function errorOf(work: Promise<unknown>): Promise<DigitalOceanError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DigitalOceanError)) {
    throw new Error(`not an DigitalOceanError: ${String(error)}`);
  }
  return error;
}

const VOLUMES: Reply = [200, { volumes: [{ id: "v-1" }] }];

describe("requests of the account", () => {
  it("carry the token and unwrap the response's envelope", async () => {
    await withServer(
      replies([200, { account: { email: "alice@example.com" } }]),
      async ({ url, requests }) => {
        const account = new DigitalOcean({ origin: url, token: TOKEN });
        expect((await account.account()).email).toBe("alice@example.com");
        expect(requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
      },
    );
  });

  const short: Reply = [200, { droplets: [], meta: { total: 1 } }];
  const whole: Reply = [200, { droplets: [{ id: 17 }], meta: { total: 1 } }];

  it("refuse a list that is shorter than its total", async () => {
    await withAccount(replies(short), {}, async (account) => {
      expect((await errorOf(account.droplets())).message).toBe(
        "DigitalOcean lists 0 of 1 droplets",
      );
    });
  });

  it("read a list again that changed meanwhile", async () => {
    await withAccount(replies(short, short, whole), {}, async (account) => {
      expect(await account.droplets()).toEqual([{ id: 17 }]);
    });
  });

  it("read lists to their end, 200 at once", async () => {
    const next = { links: { pages: { next: "https://api.digitalocean.com/v2/droplets?page=2" } } };
    await withAccount(
      replies(
        [200, { droplets: [{ id: 1 }], ...next }],
        [200, { droplets: [{ id: 2 }], links: {} }],
      ),
      {},
      async (account, requests) => {
        expect(await account.droplets()).toEqual([{ id: 1 }, { id: 2 }]);
        expect(requests()).toEqual([
          "GET /v2/droplets?page=1&per_page=200",
          "GET /v2/droplets?page=2&per_page=200",
        ]);
      },
    );
  });

  it.each([
    ["load balancer", "load_balancers", "/v2/load_balancers?page=1&per_page=1"],
    ["volume", "volumes", "/v2/volumes?page=1&per_page=1"],
    ["volume snapshot", "snapshots", "/v2/snapshots?page=1&per_page=1&resource_type=volume"],
  ] as const)(
    "request one %s to check whether the token may list them",
    async (kind, key, path) => {
      const more = { links: { pages: { next: "more" } }, meta: { total: 5 } };
      await withAccount(
        replies([200, { [key]: [{ id: 1 }], ...more }]),
        {},
        async (account, requests) => {
          await account.requireListable(kind);
          expect(requests()).toEqual([`GET ${path}`]);
        },
      );
      await withAccount(replies([403, { message: "no" }]), {}, async (account) => {
        expect(await errorOf(account.requireListable(kind))).toMatchObject({ status: 403 });
      });
      await withAccount(replies([200, { message: "hello" }]), {}, async (account) => {
        await expect(account.requireListable(kind)).rejects.toThrow(
          "the response is not from DigitalOcean",
        );
      });
    },
  );

  it("request only the pages of a repository's tags that are used", async () => {
    const next = { links: { pages: { next: "more" } } };
    await withAccount(
      replies([200, { tags: [{ tag: "v1", manifest_digest: "sha256:1" }], ...next }]),
      {},
      async (account, requests) => {
        for await (const { tag } of account.repositoryTags("acme", "shop/api")) {
          expect(tag).toBe("v1");
          break;
        }
        expect(requests()).toEqual([
          "GET /v2/registries/acme/repositories/shop%2Fapi/tags?page=1&per_page=200",
        ]);
      },
    );
  });

  it.each([
    ["a page of a proxy", "<html>Please log in</html>"],
    ["an object without the list", { message: "hello" }],
  ])("fail for %s instead of returning an empty list", async (_, body) => {
    await withServer(
      (_request, response) =>
        response
          .writeHead(200, {
            "content-type": typeof body === "string" ? "text/html" : "application/json",
          })
          .end(typeof body === "string" ? body : JSON.stringify(body)),
      async ({ url }) => {
        const account = new DigitalOcean({ origin: url, token: TOKEN });
        await expect(account.clusters()).rejects.toThrow("the response is not from DigitalOcean");
      },
    );
  });

  it.each<[string, (account: DigitalOcean) => Promise<unknown>]>([
    ["a snapshot", (account) => account.takeVolumeSnapshot("v-1", "s", [])],
    ["a tag", (account) => account.tag("volume", ["v-1"], "t")],
    ["a deletion", (account) => account.deleteThing("volume", "v-1")],
  ])("fail for a proxy's page as the response to %s", async (_, ask) => {
    const page = (_request: unknown, response: ServerResponse) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Please log in</html>");
    await withServer(page, async ({ url }) => {
      const account = new DigitalOcean({ origin: url, token: TOKEN });
      await expect(ask(account)).rejects.toThrow("the response is not from DigitalOcean");
    });
  });

  it("distinguish a missing cluster from one that cannot be read", async () => {
    const { options } = patience();
    await withAccount(replies([404, { message: "not found" }]), options, async (account) => {
      expect(await account.cluster("c-1")).toBeUndefined();
      await account.deleteCluster("c-1");
    });
    await withAccount(replies([403, { message: "no" }]), options, async (account) => {
      await expect(account.cluster("c-1")).rejects.toThrow(/403/);
      await expect(account.deleteCluster("c-1")).rejects.toThrow(/403/);
    });
  });
});

describe("retries", () => {
  it.each([
    ["500", [500]],
    ["503", [503]],
    ["429 without a time", [429]],
  ] as const)("try again after %s, each time later", async (_, reply) => {
    const { options, slept, said } = patience();
    await withAccount(replies(reply, reply, reply, VOLUMES), options, async (account, requests) => {
      expect(await account.volumes()).toEqual([{ id: "v-1" }]);
      expect(requests()).toHaveLength(4);
    });
    expect(slept).toHaveLength(3);
    slept.forEach((ms, index) => {
      expect(ms).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(500 * 2 ** index);
    });
    expect(said[0]).toMatch(
      new RegExp(`^DigitalOcean answers ${reply[0]}; trying again in [0-9.]+ s \\(2 of 4\\)$`),
    );
  });

  it("try again when the connection breaks", async () => {
    const { options, said } = patience();
    let first = true;
    await withAccount(
      (request, response) => {
        if (first) {
          first = false;
          request.socket.destroy();
        } else {
          replies(VOLUMES)(request, response);
        }
      },
      options,
      async (account) => expect(await account.volumes()).toHaveLength(1),
    );
    expect(said[0]).toMatch(/^DigitalOcean does not answer \(.+\); trying again/);
  });

  it("give up after four attempts, with the last answer", async () => {
    const { options } = patience();
    await withAccount(
      replies([503, { message: "overloaded" }]),
      options,
      async (account, requests) => {
        const error = await errorOf(account.volumes());
        expect(error.message).toBe("DigitalOcean answered GET /v2/volumes with 503: overloaded");
        expect(error.fix).toContain("status.digitalocean.com");
        expect(requests()).toHaveLength(4);
      },
    );
  });

  it.each([400, 401, 403, 404, 422, 501])("do not follow %i", async (status) => {
    const { options, slept } = patience();
    await withAccount(replies([status]), options, async (account, requests) => {
      await expect(account.volumes()).rejects.toThrow(String(status));
      expect(requests()).toHaveLength(1);
    });
    expect(slept).toEqual([]);
  });

  it("wait for each refusal of a limit as long as it requests, for every method", async () => {
    const { options, slept } = patience();
    const refusal: Reply = [429, {}, { "retry-after": "42" }];
    const answers = Array.from({ length: 6 }, () => refusal);
    await withAccount(
      replies(...answers, [201, { volume: { id: "v-1" } }]),
      options,
      async (account, requests) => {
        const request = {
          name: "v",
          region: "fra1",
          size_gigabytes: 1,
          snapshot_id: "s",
          tags: [],
        };
        expect(await account.createVolume(request)).toEqual({ id: "v-1" });
        expect(requests()).toEqual(Array(7).fill("POST /v2/volumes"));
      },
    );
    expect(slept).toHaveLength(6);
    for (const ms of slept) {
      expect(ms).toBeGreaterThanOrEqual(42_000);
      expect(ms).toBeLessThanOrEqual(44_000);
    }
  });

  it("do not repeat a change that was refused for another reason than a limit", async () => {
    const headers = { "ratelimit-remaining": "17", "ratelimit-reset": "1795431600" };
    const { options, slept } = patience();
    await withAccount(replies([429, {}, headers]), options, async (account, requests) => {
      const error = await errorOf(account.takeVolumeSnapshot("v-1", "s", []));
      expect(error).toMatchObject({ status: 429, isLimit: false });
      expect(requests()).toHaveLength(1);
    });
    expect(slept).toEqual([]);
  });

  it("wait for the hour's limit when it resets soon and no time is named", async () => {
    const { options, slept } = patience();
    const reset = String(NOW.getTime() / 1000 + 300);
    const headers = { "ratelimit-remaining": "0", "ratelimit-reset": reset };
    await withAccount(replies([429, {}, headers], VOLUMES), options, async (account) => {
      expect(await account.volumes()).toEqual([{ id: "v-1" }]);
    });
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThanOrEqual(300_000);
  });

  it("fail at once when retry-after is long, and say when the limit resets", async () => {
    const { options, slept } = patience();
    const headers = { "retry-after": "1800", "ratelimit-reset": "1795431600" };
    await withAccount(
      replies([429, { message: "API rate limit exceeded." }, headers]),
      options,
      async (account) => {
        const error = await errorOf(account.volumes());
        expect(error.message).toContain("with 429: API rate limit exceeded.");
        expect(error).toHaveProperty("isLimit", true);
        expect(error.fix).toContain("wait until 10:30:00 UTC");
      },
    );
    expect(slept).toEqual([]);
  });

  it("report when the hour's limit resets if there is no retry-after", async () => {
    const { options } = patience();
    const reset = String(Date.parse("2026-11-23T10:47:11Z") / 1000);
    await withAccount(
      replies([429, {}, { "ratelimit-reset": reset }]),
      options,
      async (account) => {
        expect((await errorOf(account.volumes())).fix).toContain("wait until 10:47:11 UTC");
      },
    );
  });

  it("repeat a deletion, and treat 404 at the second time as success", async () => {
    const { options } = patience();
    await withAccount(replies([503], [404]), options, async (account, requests) => {
      await account.deleteCluster("c-1");
      const path = "/v2/kubernetes/clusters/c-1/destroy_with_associated_resources/dangerous";
      expect(requests()).toEqual([`DELETE ${path}`, `DELETE ${path}`]);
    });
  });

  it.each([
    ["get", 4],
    ["head", 4],
    ["delete", 4],
    ["post", 1],
    ["put", 1],
    ["patch", 1],
  ])("send a %s %i times at most", async (method, times) => {
    const send = jest.fn<ReturnType<AxiosAdapter>, Parameters<AxiosAdapter>>(() =>
      Promise.reject(new AxiosError("socket hang up", "ECONNRESET", undefined, {})),
    );
    const config = { method } as InternalAxiosRequestConfig;
    await expect(retryingAdapter(send, patience().options)(config)).rejects.toThrow(
      "socket hang up",
    );
    expect(send).toHaveBeenCalledTimes(times);
  });

  it("end with the command", async () => {
    const abort = new AbortController();
    const reason = new Error("Ctrl-C");
    const sleep = async () => {
      abort.abort(reason);
      throw reason;
    };
    await withAccount(
      replies([503]),
      { ...patience().options, sleep, signal: abort.signal },
      async (account, requests) => {
        await expect(account.volumes()).rejects.toBe(reason);
        expect(requests()).toHaveLength(1);
        await expect(account.volumes()).rejects.toBe(reason);
        expect(requests()).toHaveLength(1);
      },
    );
  });
});

describe("errors", () => {
  it.each([
    ["account", "account:read"],
    ["sizes", "sizes:read"],
    ["kubernetesOptions", "kubernetes:read"],
    ["clusters", "kubernetes:read"],
    ["droplets", "droplet:read"],
    ["loadBalancers", "load_balancer:read"],
    ["volumes", "block_storage:read"],
    ["volumeSnapshots", "snapshot:read"],
    ["registries", "registry:read"],
  ] as const)("name the scope that %s needs", async (method, scope) => {
    await withAccount(
      replies([403, { message: "You are not authorized to perform this operation" }]),
      {},
      async (account) => {
        const error = await errorOf(account[method]());
        expect(error.missingScope).toContain(scope);
        expect(error.fix).toContain(`a token with the scope ${scope}`);
      },
    );
  });

  it("contain the request, DigitalOcean's message and the request id", async () => {
    await withAccount(
      replies([
        401,
        { id: "unauthorized", message: "Unable to authenticate you", request_id: "r-1" },
      ]),
      {},
      async (account) => {
        const error = await errorOf(account.account());
        expect(error).toBeInstanceOf(UserError);
        expect(error.status).toBe(401);
        expect(error.message).toBe(
          "DigitalOcean answered GET /v2/account with 401: Unable to authenticate you (request r-1)",
        );
        expect(error.fix).toContain("neither expired nor deleted");
      },
    );
  });

  it("take the request id from the header when there is no body", async () => {
    await withAccount(replies([422, undefined, { "x-request-id": "r-2" }]), {}, async (account) => {
      expect((await errorOf(account.sizes())).message).toBe(
        "DigitalOcean answered GET /v2/sizes with 422: Unprocessable Entity (request r-2)",
      );
    });
  });

  it("name the address of a server that does not answer", async () => {
    const { options } = patience();
    const account = new DigitalOcean({ origin: "http://127.0.0.1:1", token: TOKEN }, options);
    const error = await errorOf(account.account());
    expect(error.message).toContain(
      "DigitalOcean cannot be reached: GET http://127.0.0.1:1/v2/account: connect ECONNREFUSED",
    );
    expect(error.status).toBeUndefined();
    expect(error.fix).toContain("DIGITALOCEAN_API_URL");
  });

  it("are thrown when the server does not answer", async () => {
    const { options } = patience();
    await withAccount(
      () => {},
      { ...options, timeoutMs: 20 },
      async (account) => {
        const error = await errorOf(account.account());
        expect(error.message).toContain("timeout of 20ms exceeded");
      },
    );
  });

  it("never contain the token at any depth", async () => {
    const { options, said } = patience();
    const errors: unknown[] = [];
    const collect = (account: DigitalOcean) =>
      account.account().catch((error: unknown) => errors.push(error));
    for (const reply of [[401], [403], [404], [429], [500], [200, "text"]] as const) {
      await withAccount(replies(reply), options, async (account) => void (await collect(account)));
    }
    await collect(new DigitalOcean({ origin: "http://127.0.0.1:1", token: TOKEN }, options));
    await collect(new DigitalOcean({ origin: "nonsense", token: TOKEN }, options));
    const signal = AbortSignal.abort();
    await collect(new DigitalOcean({ origin: "http://127.0.0.1:1", token: TOKEN }, { signal }));

    expect(errors).toHaveLength(9);
    for (const error of errors) {
      expect(axios.isAxiosError(error)).toBe(false);
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
    }
    expect(said.join("\n")).not.toContain(TOKEN);
  });
});

describe("requireAccess", () => {
  it("reads the token from the environment, and explains how to set it", () => {
    expect(requireAccess({ DIGITALOCEAN_TOKEN: TOKEN })).toEqual({
      origin: "https://api.digitalocean.com",
      token: TOKEN,
    });
    expect(() => requireAccess({})).toThrow("no DigitalOcean token is set");
  });
});
