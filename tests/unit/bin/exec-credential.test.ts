import { join } from "node:path";
import { withServer } from "../../helpers/local-server";
import { runNode } from "../../helpers/run-node";

const SCRIPT = join(__dirname, "../../../bin/exec-credential.js");
const TOKEN = "dop_v1_secret";
const CREDENTIALS = {
  server: "https://cluster.example.com",
  certificate_authority_data: "Q0E=",
  token: "cluster-token",
  expires_at: "2026-11-23T08:00:00Z",
};

const run = (url: string, args = ["c-1"], env: NodeJS.ProcessEnv = {}) =>
  runNode([SCRIPT, ...args], { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: TOKEN, ...env });

describe("exec-credential", () => {
  it("asks the API for a credential and prints it as client-go wants it", async () => {
    await withServer(
      (_, response) => response.end(JSON.stringify(CREDENTIALS)),
      async ({ url, requests }) => {
        const { exitCode, stdout, stderr } = await run(url);
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(JSON.parse(stdout)).toEqual({
          apiVersion: "client.authentication.k8s.io/v1",
          kind: "ExecCredential",
          status: { token: "cluster-token", expirationTimestamp: "2026-11-23T08:00:00Z" },
        });
        expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
          "GET /v2/kubernetes/clusters/c-1/credentials?expiry_seconds=3600",
        ]);
        expect(requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
      },
    );
  });

  it("speaks the version that it is asked for, and takes the other name of the token", async () => {
    await withServer(
      (_, response) => response.end(JSON.stringify(CREDENTIALS)),
      async ({ url }) => {
        const { stdout } = await run(url, ["c-1"], {
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

  it("hands over a client certificate where the API gives one", async () => {
    const certificate = { client_certificate_data: "Q0VSVA==", client_key_data: "S0VZ" };
    await withServer(
      (_, response) => response.end(JSON.stringify({ ...CREDENTIALS, token: "", ...certificate })),
      async ({ url }) => {
        const { stdout } = await run(url);
        expect((JSON.parse(stdout) as { status: unknown }).status).toEqual({
          clientCertificateData: "CERT",
          clientKeyData: "KEY",
          expirationTimestamp: "2026-11-23T08:00:00Z",
        });
      },
    );
  });

  it("asks again after a rate limit", async () => {
    let asked = 0;
    await withServer(
      (_, response) => {
        asked += 1;
        if (asked === 1) {
          response.writeHead(429, { "retry-after": "1" }).end();
        } else {
          response.end(JSON.stringify(CREDENTIALS));
        }
      },
      async ({ url }) => {
        expect((await run(url)).exitCode).toBe(0);
        expect(asked).toBe(2);
      },
    );
  });

  it("fails at once with the API's words for what asking again does not mend, and shows no token", async () => {
    await withServer(
      (_, response) => response.writeHead(404).end('{"id":"not_found"}'),
      async ({ url, requests }) => {
        const { exitCode, stdout, stderr } = await run(url);
        expect({ exitCode, stdout, asked: requests.length }).toEqual({
          exitCode: 1,
          stdout: "",
          asked: 1,
        });
        expect(stderr).toContain(
          'answered 404 for the credential of cluster c-1: {"id":"not_found"}',
        );
        expect(stderr).not.toContain(TOKEN);
      },
    );
  });

  it.each([
    ["without a token", ["c-1"], /no DigitalOcean token .*\n {2}fix: export DIGITALOCEAN_TOKEN/],
    ["without a cluster", [], /usage: exec-credential.js <cluster id>/],
    ["for what cannot be a cluster's id", ["../account"], /usage/],
  ])("fails %s", async (_, args, message) => {
    const { exitCode, stderr } = await runNode([SCRIPT, ...args], {});
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
  });
});
