import type { RequestListener } from "node:http";
import { globalAgent } from "node:https";
import { dirname, join } from "node:path";
import { proxyFor } from "../../bin/proxy";
import { DigitalOcean } from "../../cli/account/digitalocean";
import { ClusterObjects } from "../../cli/shared-clusters/cluster-objects";
import { httpGet } from "../../components/http-get";
import { type Proxied, withProxy } from "../helpers/proxy";
import { runNode } from "../helpers/run-node";

const PROXY = "http://proxy.example.com:3128";

describe("the proxy for a URL", () => {
  it.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ["https://api.example.com", { HTTPS_PROXY: PROXY }, PROXY],
    ["https://api.example.com", { https_proxy: "proxy:3128" }, "http://proxy:3128"],
    ["https://api.example.com", { HTTP_PROXY: PROXY }, undefined],
    ["http://api.example.com", { HTTP_PROXY: PROXY }, PROXY],
    ["https://api.example.com", {}, undefined],
    ["https://localhost:5000", { HTTPS_PROXY: PROXY }, undefined],
    ["https://127.0.0.2:5000", { HTTPS_PROXY: PROXY }, undefined],
    ["https://[::1]:5000", { HTTPS_PROXY: PROXY }, undefined],
    ...[
      "*",
      "example.com",
      ".example.com",
      "*.example.com",
      "other.org, api.example.com",
      "api.example.com:443",
    ].map((NO_PROXY): [string, NodeJS.ProcessEnv, undefined] => [
      "https://api.example.com/v2",
      { HTTPS_PROXY: PROXY, NO_PROXY },
      undefined,
    ]),
    ...["example.org", "pi.example.com", "api.example.com:80", "", "10.0.0.0/8"].map(
      (no_proxy): [string, NodeJS.ProcessEnv, string] => [
        "https://api.example.com/v2",
        { HTTPS_PROXY: PROXY, no_proxy },
        PROXY,
      ],
    ),
    ["https://example.com", { HTTPS_PROXY: PROXY, NO_PROXY: ".example.com" }, PROXY],
    ["https://10.1.2.3", { HTTPS_PROXY: PROXY, NO_PROXY: "10.0.0.0/8" }, undefined],
    ["https://10.1.2.3", { HTTPS_PROXY: PROXY, NO_PROXY: "10.1.2.3" }, undefined],
    ["https://11.1.2.3", { HTTPS_PROXY: PROXY, NO_PROXY: "10.0.0.0/8" }, PROXY],
  ])("%s with %j is %s", (url, env, expected) => {
    expect(proxyFor(url, env)).toBe(expected);
  });
});

const CLUSTER = "f3e1c0de-0000-4000-8000-000000000001";
const NAMES = ["api.example.com", "cluster.example.com"];

/** DigitalOcean's API and the API server of a cluster, by the path. */
const answer =
  (ca: () => string): RequestListener =>
  ({ url = "" }, response) => {
    const content = url.includes("/credentials")
      ? {
          server: "https://cluster.example.com",
          certificate_authority_data: Buffer.from(ca()).toString("base64"),
          token: "of-the-cluster",
          expires_at: "2126-01-01T00:00:00Z",
        }
      : {
          items: [{ metadata: { name: url }, ...(url.includes("slices") && { endpoints: [{}] }) }],
        };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(content));
  };

/** Runs something in a process that knows the proxy. */
async function behindProxy(use: (proxied: Proxied) => Promise<void>): Promise<void> {
  let ca = "";
  await withProxy(
    NAMES,
    answer(() => ca),
    async (proxied) => {
      ca = proxied.ca;
      const before = { ...process.env };
      Object.assign(process.env, { HTTPS_PROXY: proxied.proxy, NO_PROXY: "", no_proxy: "" });
      try {
        await use(proxied);
      } finally {
        process.env = before;
      }
    },
  );
}

describe("through a proxy, and no other way,", () => {
  it("kubectl's credential plugin gets a credential, with the proxy's login", async () => {
    await behindProxy(async ({ proxy, caFile, connects }) => {
      const { exitCode, stdout, stderr } = await runNode(
        [join(__dirname, "../../bin/exec-credential.js"), CLUSTER],
        {
          DIGITALOCEAN_TOKEN: "t",
          DIGITALOCEAN_API_URL: "https://api.example.com",
          HTTPS_PROXY: proxy.replace("//", "//alice:p%40ss@"),
          NODE_EXTRA_CA_CERTS: caFile,
          XDG_CACHE_HOME: dirname(caFile),
        },
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ status: { token: "of-the-cluster" } });
      const login = `Basic ${Buffer.from("alice:p@ss").toString("base64")}`;
      expect(connects).toEqual([{ target: "api.example.com:443", login }]);
    });
  });

  it("the program reaches DigitalOcean and the cluster", async () => {
    await behindProxy(async ({ ca, connects }) => {
      const options = { ca: Buffer.from(ca), headers: {}, timeoutMs: 10_000 };
      const url = "https://cluster.example.com:6443/api/v1/namespaces";
      expect(await httpGet(url, options)).toMatchObject({
        status: 200,
        text: expect.stringContaining("/api/v1/namespaces") as string,
      });
      expect(connects).toEqual([{ target: "cluster.example.com:6443" }]);
    });
  });

  it("the command line reaches DigitalOcean and the cluster", async () => {
    await behindProxy(async ({ ca, connects }) => {
      globalAgent.options.ca = ca;
      try {
        const account = new DigitalOcean({ origin: "https://api.example.com", token: "t" });
        const { signal } = new AbortController();
        const objects = await ClusterObjects.open(account, CLUSTER, signal);
        expect(await objects?.list("/api/v1/nodes")).toEqual([
          { metadata: { name: "/api/v1/nodes" } },
        ]);
      } finally {
        delete globalAgent.options.ca;
      }
      expect(connects.map(({ target }) => target)).toEqual([
        "api.example.com:443",
        "cluster.example.com:443",
      ]);
    });
  });

  it("the smoke test reaches the cluster, and the environment by its name or at its address", async () => {
    await behindProxy(async ({ proxy, caFile, ca, connects }) => {
      const place = {
        clusterId: CLUSTER,
        server: "https://cluster.example.com",
        namespace: "alice-dev",
        certificateAuthorityData: Buffer.from(ca).toString("base64"),
      };
      const env = {
        DIGITALOCEAN_TOKEN: "t",
        DIGITALOCEAN_API_URL: "https://api.example.com",
        NODE_EXTRA_CA_CERTS: caFile,
        XDG_CACHE_HOME: dirname(caFile),
        SMOKE_TEST_SERVICE: "web",
        SMOKE_TEST_PLACE: JSON.stringify(place),
        SMOKE_TEST_URL: "https://shop.example.com/health",
        SMOKE_TEST_STATUS: "200",
        SMOKE_TEST_TIMEOUT_SECONDS: "5",
        HTTPS_PROXY: proxy,
      };
      const script = [join(__dirname, "../../bin/smoke-test.js")];
      for (const more of [{}, { SMOKE_TEST_ADDRESS: "203.0.113.7" }]) {
        expect(await runNode(script, { ...env, ...more })).toMatchObject({ exitCode: 0 });
      }
      // The second one finds the first one's credential.
      expect(connects.map(({ target }) => target)).toEqual([
        "api.example.com:443",
        "cluster.example.com:443",
        "shop.example.com:443",
        "cluster.example.com:443",
        "203.0.113.7:443",
      ]);
    });
  });

  it("the error names a proxy that refuses or does not answer", async () => {
    const options = { headers: {}, timeoutMs: 10_000 };
    const before = { ...process.env };
    try {
      process.env.HTTPS_PROXY = "http://127.0.0.1:1";
      await expect(httpGet("https://api.example.com", options)).rejects.toThrow(
        "the proxy 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1",
      );
    } finally {
      process.env = before;
    }
  });
});
