import { withServer } from "../helpers/local-server";
import { runNode } from "../helpers/run-node";
import { credentials, Home, inSeconds, SCRIPT, statusIn, TOKEN } from "./support/exec-credential";

const home = new Home();

describe("exec-credential", () => {
  it("requests a credential from the API, and prints it in client-go's format", async () => {
    const expires = inSeconds(3600);
    await withServer(
      (_, response) => response.end(credentials({ expires_at: expires })),
      async ({ url, requests }) => {
        const { exitCode, stdout, stderr } = await home.run(url);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(JSON.parse(stdout)).toEqual({
          apiVersion: "client.authentication.k8s.io/v1",
          kind: "ExecCredential",
          status: { token: "cluster-token", expirationTimestamp: expires },
        });
        expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
          "GET /v2/kubernetes/clusters/c-1/credentials?expiry_seconds=3600",
        ]);
        expect(requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
      },
    );
  });

  it("uses the requested version, and accepts the token's other variable", async () => {
    await withServer(
      (_, response) => response.end(credentials()),
      async ({ url }) => {
        const { stdout } = await home.run(url, ["c-1"], {
          KUBERNETES_EXEC_INFO: '{"apiVersion":"client.authentication.k8s.io/v1beta1"}',
          DIGITALOCEAN_TOKEN: "",
          DIGITALOCEAN_ACCESS_TOKEN: TOKEN,
        });
        expect(JSON.parse(stdout)).toMatchObject({
          apiVersion: "client.authentication.k8s.io/v1beta1",
        });
      },
    );
  });

  it("prints a client certificate if the API returns one", async () => {
    const expires = inSeconds(3600);
    const certificate = { client_certificate_data: "Q0VSVA==", client_key_data: "S0VZ" };
    await withServer(
      (_, response) =>
        response.end(credentials({ expires_at: expires, token: "", ...certificate })),
      async ({ url }) => {
        expect(statusIn(await home.run(url))).toEqual({
          clientCertificateData: "CERT",
          clientKeyData: "KEY",
          expirationTimestamp: expires,
        });
      },
    );
  });

  it("waits for every reset of a limit that is near, and reports it", async () => {
    let asked = 0;
    await withServer(
      (_, response) => {
        asked += 1;
        if (asked <= 4) {
          response.writeHead(429, { "retry-after": "0.2" }).end();
        } else {
          response.end(credentials());
        }
      },
      async ({ url }) => {
        const { exitCode, stderr } = await home.run(url);
        expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: 5 });
        expect(stderr).toMatch(/^exec-credential: waiting \d s: the request limit is used up/);
      },
    );
  });

  it.each([
    ["resets too late", { "retry-after": "601" }],
    [
      "is the hour's and resets too late",
      { "ratelimit-remaining": "0", "ratelimit-reset": "9999999999" },
    ],
  ])("fails at once when the limit %s", async (_, headers) => {
    await withServer(
      (_request, response) => response.writeHead(429, headers).end("too many requests"),
      async ({ url, requests }) => {
        const { exitCode, stderr } = await home.run(url);
        expect({ exitCode, asked: requests.length }).toEqual({ exitCode: 1, asked: 1 });
        expect(stderr).toContain(
          "answered 429 for the credential of cluster c-1: too many requests",
        );
      },
    );
  });

  it.each([
    [400, /answered 400 for the credential of cluster c-1: \{"id":"what"\}\n {2}fix: try again/],
    [401, /answered 401 .*: the DigitalOcean token is wrong or revoked\n {2}fix: export /],
    [403, /answered 403 .*\n {2}fix: .*kubernetes:access_cluster/],
    [404, /answered 404 .*: the cluster is gone, .*\n {2}fix: .*kubectl config delete-context/],
  ])(
    "explains status %d with a fix, immediately and without the token",
    async (status, message) => {
      await withServer(
        (_, response) => response.writeHead(status).end('{"id":"what"}'),
        async ({ url, requests }) => {
          const { exitCode, stdout, stderr } = await home.run(url);
          expect({ exitCode, stdout, asked: requests.length }).toEqual({
            exitCode: 1,
            stdout: "",
            asked: 1,
          });
          expect(stderr).toMatch(message);
          expect(stderr).not.toContain(TOKEN);
        },
      );
    },
  );

  it.each([
    ["that is cut off", credentials().slice(0, -20)],
    ["without a credential", credentials({ token: null })],
  ])("does not print a response %s", async (_, answer) => {
    await withServer(
      (_, response) => response.end(answer),
      async ({ url }) => {
        const { exitCode, stdout, stderr } = await home.run(url);
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
        expect(stderr).toContain("neither a token nor a client certificate\n  fix: ");
        expect(stderr).not.toContain("cluster-token");
      },
    );
  });

  it("names the address that it cannot reach", async () => {
    let address = "";
    await withServer(
      () => undefined,
      async ({ url }) => {
        address = url;
        await Promise.resolve();
      },
    );
    const { exitCode, stderr } = await home.run(address);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/http:\S+ cannot be reached: .*ECONNREFUSED.*\n {2}fix: check/);
  });

  it.each([
    [
      "without a token",
      ["c-1"],
      /a DigitalOcean token is needed .*\n {2}fix: export DIGITALOCEAN_TOKEN/,
    ],
    ["without a cluster", [], /cluster: ""\n {2}fix: node exec-credential.js <cluster id>/],
    ["for what cannot be a cluster's id", ["../account"], /cluster: "..\/account"\n {2}fix: node/],
    ["for two clusters", ["c-1", "c-2"], /one cluster: "c-1 c-2"\n {2}fix: node/],
    ["for what it does not know", ["c-1", "--as", "root"], /'--as'.*\n {2}fix: node/],
    ["for half a ServiceAccount", ["c-1", "--namespace", "shop"], /: "" in "shop"\n {2}fix: node/],
    [
      "for what cannot be a ServiceAccount",
      ["c-1", "--namespace", "shop", "--service-account", "../secrets"],
      /: "..\/secrets" in "shop"\n {2}fix: node/,
    ],
  ])("fails %s", async (_, args, message) => {
    const { exitCode, stderr } = await runNode([SCRIPT, ...args], {});
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
  });
});
