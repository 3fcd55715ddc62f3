import { rootCertificates } from "node:tls";
import { type LocalServer, withServer } from "../helpers/local-server";
import { type ApiServer, certificate, privateKey, withApiServer } from "./support/api-server";
import {
  CLIENT_GO,
  credentials,
  Home,
  inSeconds,
  statusIn,
  TOKEN,
} from "./support/exec-credential";

const home = new Home();
const DEVELOPER = ["c-1", "--namespace", "shop", "--service-account", "developer"];
const base64 = (text: string) => Buffer.from(text).toString("base64");

interface World {
  /** Of the account's API. */
  readonly url: string;
  readonly account: LocalServer;
  readonly apiServer: ApiServer;
}

/** An account with one cluster, whose API server answers as told. */
function withCluster(
  answer: () => { status: number; body: object },
  use: (world: World) => Promise<void>,
  overrides: object = {},
): Promise<void> {
  return withApiServer(answer, (apiServer) =>
    withServer(
      (_, response) => response.end(credentials({ ...apiServer.access, ...overrides })),
      (account) => use({ url: account.url, account, apiServer }),
    ),
  );
}

const expires = inSeconds(3600);
const issued = () => ({
  status: 201,
  body: {
    kind: "TokenRequest",
    status: { token: "developer-token", expirationTimestamp: expires },
  },
});

describe("exec-credential for a ServiceAccount", () => {
  it("requests a token from the API server as a short-lived administrator", async () => {
    await withCluster(issued, async ({ url, account, apiServer }) => {
      const finished = await home.run(url, DEVELOPER);
      expect(finished).toMatchObject({ exitCode: 0, stderr: "" });
      expect(statusIn(finished)).toEqual({
        token: "developer-token",
        expirationTimestamp: expires,
      });
      expect(account.requests.map(({ url: path }) => path)).toEqual([
        "/v2/kubernetes/clusters/c-1/credentials?expiry_seconds=300",
      ]);
      expect(apiServer.asked).toEqual([
        {
          request: "POST /api/v1/namespaces/shop/serviceaccounts/developer/token",
          authorization: "Bearer cluster-token",
          certificateOf: undefined,
          body: {
            apiVersion: "authentication.k8s.io/v1",
            kind: "TokenRequest",
            spec: { expirationSeconds: 3600 },
          },
        },
      ]);
    });
  });

  it("caches only the ServiceAccount's token, not the administrator's credential", async () => {
    await withCluster(issued, async ({ url, apiServer }) => {
      const first = await home.run(url, DEVELOPER);
      expect(await home.run(url, DEVELOPER)).toEqual(first);
      expect(apiServer.asked).toHaveLength(1);
      expect(home.kept()).toHaveLength(1);
      expect(home.keptText()).toContain("developer-token");
      expect(home.keptText()).not.toContain("cluster-token");
      expect(home.keptText()).not.toContain(TOKEN);
    });
  });

  it("returns the administrator's or the ServiceAccount's credential as requested", async () => {
    await withCluster(issued, async ({ url }) => {
      for (let time = 0; time < 2; time++) {
        expect(statusIn(await home.run(url))).toMatchObject({ token: "cluster-token" });
        expect(statusIn(await home.run(url, DEVELOPER))).toMatchObject({
          token: "developer-token",
        });
      }
      const another = ["c-1", "--namespace", "shop", "--service-account", "ci"];
      await home.run(url, another);
      expect(home.kept()).toHaveLength(3);
    });
  });

  it("uses the administrator's client certificate if there is one", async () => {
    await withCluster(
      issued,
      async ({ url, apiServer }) => {
        expect((await home.run(url, DEVELOPER)).stderr).toBe("");
        expect(apiServer.asked).toMatchObject([
          { authorization: undefined, certificateOf: "127.0.0.1" },
        ]);
      },
      {
        token: "",
        client_certificate_data: base64(certificate),
        client_key_data: base64(privateKey),
      },
    );
  });

  it("sends nothing to an API server without a certificate of the cluster's authority", async () => {
    await withCluster(
      issued,
      async ({ url, apiServer }) => {
        const { exitCode, stdout, stderr } = await home.run(url, DEVELOPER);
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
        expect(stderr).toMatch(/https:\S+ cannot be reached: .*certificate.*\n {2}fix: /);
        expect(apiServer.asked).toEqual([]);
      },
      { certificate_authority_data: base64(rootCertificates[0] ?? "") },
    );
  });

  it("sends no credential over http", async () => {
    await withServer(
      (_, response) => response.end("{}"),
      async ({ url: server, requests }) => {
        await withCluster(
          issued,
          async ({ url }) => {
            const { exitCode, stderr } = await home.run(url, DEVELOPER);
            expect(exitCode).toBe(1);
            expect(stderr).toContain(`the API server's address ${server} is not https`);
            expect(stderr).toContain("\n  fix: ");
            expect(requests).toEqual([]);
          },
          { server },
        );
      },
    );
  });

  it.each([
    [404, /the ServiceAccount does not exist\n {2}fix: pulumi up/],
    [403, /answered 403 to the request for a token of ServiceAccount shop\/developer: .*not you/],
    [401, /answered 401 .*\n {2}fix: export DIGITALOCEAN_TOKEN=/],
  ])("explains status %d of the API server, and drops the token", async (status, message) => {
    let refuses = false;
    const answer = () => (refuses ? { status, body: { message: "not you" } } : issued());
    await withCluster(answer, async ({ url }) => {
      await home.run(url, DEVELOPER, CLIENT_GO);
      expect(home.kept()).toHaveLength(1);
      refuses = true;
      const { exitCode, stdout, stderr } = await home.run(url, DEVELOPER, CLIENT_GO);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain("cluster-token");
      expect(home.kept()).toEqual([]);
    });
  });

  it("fails when the response contains no token", async () => {
    await withCluster(
      () => ({ status: 200, body: {} }),
      async ({ url }) => {
        const { exitCode, stderr } = await home.run(url, DEVELOPER);
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/answered 200 to the request .*, but without a token\n {2}fix: /);
      },
    );
  });
});
