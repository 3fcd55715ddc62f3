import { join } from "node:path";
import { withServer } from "../helpers/local-server";
import { runNode } from "../helpers/run-node";
import { Cluster } from "./support/cluster";

const cluster = new Cluster();
const SCRIPT = join(__dirname, "../../bin/smoke-test.js");
const run = (url: string, timeout = "20", status = "200", more: NodeJS.ProcessEnv = {}) =>
  runNode([SCRIPT], {
    ...cluster.env,
    ...more,
    SMOKE_TEST_URL: url,
    SMOKE_TEST_STATUS: status,
    SMOKE_TEST_TIMEOUT_SECONDS: timeout,
  });

describe("smoke-test", () => {
  it("passes as soon as the address answers", async () => {
    let asked = 0;
    await withServer(
      (_, response) => {
        asked += 1;
        response.writeHead(asked < 3 ? 503 : 200).end();
      },
      async ({ url }) => {
        expect(await run(`${url}/_healthz`)).toEqual({
          exitCode: 0,
          stdout: `${url}/_healthz answered 200\n`,
          stderr: "",
        });
        expect(asked).toBe(3);
      },
    );
  });

  it("asks the given address instead of the one that DNS knows", async () => {
    await withServer(
      (_, response) => response.writeHead(200).end("another environment"),
      async (another) => {
        const address = { SMOKE_TEST_ADDRESS: "127.0.0.2" };
        const asked = another.url.replace("127.0.0.1", "localhost");
        expect((await run(asked, "5")).exitCode).toBe(0);
        expect((await run(asked, "3", "200", address)).stderr).toMatch(/127\.0\.0\.2/);
      },
    );
  });

  it("requires the header that proves which environment answers", async () => {
    let uid = "another";
    await withServer(
      (_, response) => response.writeHead(200, { "x-environment-uid": uid }).end("well"),
      async ({ url }) => {
        const proof = { SMOKE_TEST_PROOF: "x-environment-uid: mine" };
        expect((await run(url, "3", "200", proof)).stderr).toMatch(
          /did not answer 200 .* 200 well, without the header/,
        );
        uid = "mine";
        expect((await run(url, "5", "200", proof)).exitCode).toBe(0);
      },
    );
  });

  it("sends the host name to an address without DNS", async () => {
    await withServer(
      (request, response) =>
        response.writeHead(request.headers.host?.startsWith("alice.invalid:") ? 200 : 404).end(),
      async ({ url }) => {
        const hosted = url.replace("127.0.0.1", "alice.invalid");
        const address = { SMOKE_TEST_ADDRESS: "127.0.0.1" };
        expect((await run(hosted, "5", "200", address)).exitCode).toBe(0);
        expect((await run(hosted, "1")).stderr).toMatch(/did not answer 200 .* ENOTFOUND/);
      },
    );
  });

  it("waits for the expected status, even if it is an error", async () => {
    await withServer(
      (_, response) => response.writeHead(401).end(),
      async ({ url }) => {
        expect((await run(url, "5", "401")).exitCode).toBe(0);
      },
    );
  });

  it("fails with the last answer after the timeout", async () => {
    await withServer(
      (_, response) => response.writeHead(503).end("no endpoints"),
      async ({ url }) => {
        expect(await run(url, "3")).toEqual({
          exitCode: 1,
          stdout: "",
          stderr: `smoke test: ${url} did not answer 200 within 3 s; last answer: 503 no endpoints\n`,
        });
      },
    );
  });

  it("keeps the last answer when the last request has too little time", async () => {
    let asked = 0;
    await withServer(
      (_, response) => {
        asked += 1;
        if (asked === 1) {
          response.writeHead(503).end("starting");
        }
      },
      async ({ url }) =>
        expect((await run(url, "3")).stderr).toContain("last answer: 503 starting"),
    );
  });

  it("names the allowed networks when nothing answers", async () => {
    await withServer(
      (_, response) => response.writeHead(503).end(),
      async ({ url }) => {
        const networks = { SMOKE_TEST_NETWORKS: "203.0.113.0/24, 198.51.100.7/32" };
        expect((await run(url, "3", "200", networks)).stderr).toMatch(
          /it admits only clients from 203\.0\.113\.0\/24, 198\.51\.100\.7\/32 \(setting access\)/,
        );
      },
    );
  });

  it("requires an answer of pods at each further name, and lists names without one", async () => {
    const status: Record<string, number> = { web: 200, api: 404, admin: 503 };
    await withServer(
      (request, response) =>
        response.writeHead(status[request.headers.host?.split(".")[0] ?? ""] ?? 200).end("said"),
      async ({ url }) => {
        const at = (label: string) => url.replace("127.0.0.1", `${label}.invalid`);
        const host = (name: string) => ({
          name,
          service: name,
          url: at(name),
          address: "127.0.0.1",
        });
        const more = {
          SMOKE_TEST_ADDRESS: "127.0.0.1",
          SMOKE_TEST_HOSTS: JSON.stringify([host("api"), host("admin")]),
        };
        const { exitCode, stdout, stderr } = await run(at("web"), "3", "200", more);
        expect({ exitCode, stderr }).toEqual({
          exitCode: 1,
          stderr: `smoke test: ${at("admin")} (setting hosts.admin) did not answer within 3 s; last answer: 503 said\n`,
        });
        // Whichever answers first comes first.
        expect(stdout.trim().split("\n").sort()).toEqual([
          `${at("api")} answered 404`,
          `${at("web")} answered 200`,
        ]);
        status.admin = 401;
        expect((await run(at("web"), "5", "200", more)).exitCode).toBe(0);
        status.web = 404;
        const refused = await run(at("web"), "3", "200", more);
        expect(refused.stderr).toBe(
          `smoke test: ${at("web")} did not answer 200 within 3 s; last answer: 404 said\n`,
        );
      },
    );
  });

  it("requires the header at further names, too", async () => {
    await withServer(
      (request, response) =>
        response
          .writeHead(200, request.headers.host?.startsWith("api.") ? {} : { "x-uid": "mine" })
          .end("well"),
      async ({ url }) => {
        const host = url.replace("127.0.0.1", "api.invalid");
        const hosts = [{ name: "api", url: host, address: "127.0.0.1", service: "api" }];
        const { stderr } = await run(url, "3", "200", {
          SMOKE_TEST_PROOF: "x-uid: mine",
          SMOKE_TEST_HOSTS: JSON.stringify(hosts),
        });
        expect(stderr).toMatch(
          /^smoke test: http:\/\/api\.invalid:\d+ \(setting hosts\.api\) did not .* 200 well, without the header/,
        );
      },
    );
  });

  it("fails when the Service of a further name has no address", async () => {
    await withServer(
      (_, response) => response.writeHead(200).end(),
      async ({ url }) => {
        const hosts = [{ name: "api", url: "http://localhost:1", address: "", service: "api" }];
        const more = { SMOKE_TEST_HOSTS: JSON.stringify(hosts) };
        expect((await run(url, "3", "200", more)).stderr).toContain(
          "(setting hosts.api) has no address: its load balancer was not created",
        );
      },
    );
  });

  it("fails when nothing listens, and without an address", async () => {
    let url = "";
    await withServer(
      () => undefined,
      async (server) => {
        url = server.url;
        await Promise.resolve();
      },
    );
    expect((await run(url, "3")).stderr).toContain("ECONNREFUSED");
    expect((await run("")).stderr).toContain("the entry Service has no address");
  });

  it("does not count an answer that an earlier pod could have given", async () => {
    await withServer(
      (_, response) => response.writeHead(200).end("well"),
      async ({ url }) => {
        cluster.objects = { pods: [] };
        expect((await run(url, "3")).stderr).toMatch(
          /did not answer 200 within 3 s; last answer: 200 well, but pods of an earlier version still serve: web-1$/m,
        );
        cluster.behind = [];
        expect((await run(url, "3")).stderr).toMatch(/but Service "web" has no ready pod$/m);
        const { stderr } = await run(url, "3", "200", { DIGITALOCEAN_TOKEN: "" });
        expect(stderr).toMatch(
          /but the pods that serve are unknown: a DigitalOcean token is needed/,
        );
      },
    );
  });

  it("passes when the earlier pods are gone, and does not list pods again", async () => {
    let answers = 0;
    await withServer(
      (_, response) => {
        answers += 1;
        cluster.behind = ["web-1"];
        response.writeHead(answers === 2 ? 503 : 200).end();
      },
      async ({ url }) => {
        cluster.behind = ["web-gone", "web-1"];
        expect((await run(url)).exitCode).toBe(0);
        // The first answer counts for nothing, and the second is none.
        expect(answers).toBe(3);
        const pods = cluster.asked.filter((path) => path.includes("/pods/"));
        expect(pods.map((path) => path.replace(/.*\//, "")).sort()).toEqual([
          "web-1",
          "web-1",
          "web-gone",
        ]);
      },
    );
  });
});
