import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerCredentials } from "../../../cli/images/docker-credentials";
import { locate } from "../../../cli/images/image-location";
import { resolveAtRegistry } from "../../../cli/images/registry-client";
import { parseImageReference } from "../../../core/manifests/image-reference";
import { withServer } from "../../helpers/local-server";
import { withRegistry } from "../../helpers/registry-server";

const DIGEST = `sha256:${"a".repeat(64)}`;
const IMAGES = { "shop/api:v1": DIGEST };
const LOGIN = { username: "alice", password: "s3cret:with:colons" };
const AUTH = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docker-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function docker(config?: object): DockerCredentials {
  if (config !== undefined) {
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  }
  return DockerCredentials.read({ DOCKER_CONFIG: folder });
}

const resolve = (image: string, credentials = docker(), timeoutMs?: number) =>
  resolveAtRegistry(locate(parseImageReference(image)), credentials, timeoutMs);

describe("an image at its registry", () => {
  it("has the digest of its index, for all platforms", async () => {
    await withRegistry({ images: IMAGES }, async ({ host, requests }) => {
      expect(await resolve(`${host}/shop/api:v1`)).toEqual({ digest: DIGEST });
      expect(requests()).toEqual(["HEAD /v2/shop/api/manifests/v1"]);
    });
  });

  it("is also found by its digest", async () => {
    await withRegistry({ images: IMAGES }, async ({ host }) => {
      expect(await resolve(`${host}/shop/api@${DIGEST}`)).toEqual({ digest: DIGEST });
      expect(await resolve(`${host}/shop/api@sha256:${"b".repeat(64)}`)).toBe("absent");
    });
  });

  it("is absent when the registry has no such tag or repository", async () => {
    await withRegistry({ images: IMAGES, scheme: "bearer" }, async ({ host }) => {
      expect(await resolve(`${host}/shop/api:v2`)).toBe("absent");
      expect(await resolve(`${host}/shop/web:v1`)).toBe("absent");
    });
  });

  it("is requested with an anonymous token if the registry requires one", async () => {
    await withRegistry({ images: IMAGES, scheme: "bearer" }, async ({ host, requests }) => {
      expect(await resolve(`${host}/shop/api:v1`)).toEqual({ digest: DIGEST });
      expect(requests()).toEqual([
        "HEAD /v2/shop/api/manifests/v1",
        "GET /token?service=registry.test&scope=repository:shop%2Fapi:pull,push",
        "HEAD /v2/shop/api/manifests/v1",
      ]);
    });
  });

  it("is requested without a proxy from a registry on this machine", async () => {
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "" });
    try {
      await withRegistry({ images: IMAGES, scheme: "bearer" }, async ({ host }) => {
        expect(await resolve(`${host}/shop/api:v1`)).toEqual({ digest: DIGEST });
      });
    } finally {
      process.env = before;
    }
  });

  it.each(["bearer", "basic"] as const)(
    "is requested with docker's credentials if the registry requires them (%s)",
    async (scheme) => {
      await withRegistry({ images: IMAGES, scheme, login: LOGIN }, async ({ host }) => {
        const credentials = docker({ auths: { [host]: { auth: AUTH } } });
        expect(await resolve(`${host}/shop/api:v1`, credentials)).toEqual({ digest: DIGEST });
      });
    },
  );
});

describe("it stays unknown whether an image exists", () => {
  it.each(["bearer", "basic"] as const)("without credentials (%s)", async (scheme) => {
    await withRegistry({ images: IMAGES, scheme, login: LOGIN }, async ({ host }) => {
      expect(await resolve(`${host}/shop/api:v1`)).toEqual({
        unknown: `${host} requires credentials, and docker's config.json has none in "auths"`,
      });
    });
  });

  it.each(["bearer", "basic"] as const)("with wrong credentials (%s)", async (scheme) => {
    await withRegistry({ images: IMAGES, scheme, login: LOGIN }, async ({ host }) => {
      const auth = Buffer.from("alice:wrong").toString("base64");
      expect(await resolve(`${host}/shop/api:v1`, docker({ auths: { [host]: { auth } } }))).toEqual(
        {
          unknown: `${host} refuses the credentials of docker's config.json`,
        },
      );
    });
  });

  it("when a helper keeps the credentials", async () => {
    await withRegistry({ images: IMAGES, scheme: "basic", login: LOGIN }, async ({ host }) => {
      const reason = `${host} requires credentials, which docker keeps in "desktop"; doks-env reads only "auths" in its config.json`;
      for (const config of [
        { credsStore: "desktop" },
        { auths: { [host]: {} }, credHelpers: { [host]: "desktop" } },
      ]) {
        expect(await resolve(`${host}/shop/api:v1`, docker(config))).toEqual({ unknown: reason });
      }
    });
  });

  it("when credentials would be sent without encryption, and sends none", async () => {
    const options = { images: IMAGES, scheme: "bearer", login: LOGIN } as const;
    await withRegistry(
      { ...options, realm: "http://tokens.example.com/token" },
      async ({ host, requests }) => {
        const credentials = docker({ auths: { [host]: { auth: AUTH } } });
        expect(await resolve(`${host}/shop/api:v1`, credentials)).toEqual({
          unknown: `${host} requests credentials at an address that is not https`,
        });
        expect(requests()).toHaveLength(1);
      },
    );
  });

  it.each([
    [500, {}, "answers 500"],
    [429, {}, "answers 429"],
    [403, {}, `requires credentials, and docker's config.json has none in "auths"`],
    [200, {}, "has it, but does not return its digest"],
    [401, { "www-authenticate": "Negotiate" }, "requires credentials"],
    [401, {}, "requires credentials"],
  ])("after the answer %i %j", async (status, headers, reason) => {
    await withServer(
      (_, response) => response.writeHead(status, headers).end(),
      async ({ url }) => {
        const { host } = new URL(url);
        expect(await resolve(`${host}/shop/api:v1`)).toEqual({
          unknown: expect.stringContaining(`${host} ${reason}`) as string,
        });
      },
    );
  });

  it("when the registry cannot be reached, or its name is not valid", async () => {
    expect(await resolve("127.0.0.1:1/shop/api:v1")).toEqual({
      unknown: "127.0.0.1:1 cannot be reached (ECONNREFUSED)",
    });
    expect(await resolve("127.0.0.1:99999/shop/api:v1")).toEqual({
      unknown: "127.0.0.1:99999 cannot be reached (ERR_INVALID_URL)",
    });
  });

  it.each(["301", "302", "307", "308"])(
    "when the registry redirects elsewhere (%s), without a request there",
    async (status) => {
      const asked: string[] = [];
      await withServer(
        (request, response) => {
          asked.push(request.url ?? "");
          response.end();
        },
        ({ url }) =>
          withServer(
            (request, response) => {
              const challenge = `Bearer realm="http://${request.headers.host ?? ""}/token"`;
              response
                .writeHead(
                  request.url?.startsWith("/v2/token") ? 401 : Number(status),
                  request.url?.startsWith("/v2/token")
                    ? { "www-authenticate": challenge }
                    : { location: `${url}/v2/x` },
                )
                .end();
            },
            async ({ url: registry }) => {
              const host = registry.replace("http://", "");
              expect(await resolve(`${host}/shop/api:v1`)).toEqual({
                unknown: `${host} answers ${status}`,
              });
              // The address that gives tokens leads elsewhere, too.
              expect(await resolve(`${host}/token/api:v1`)).toEqual({
                unknown: `${host} issues no token (${status})`,
              });
            },
          ),
      );
      expect(asked).toEqual([]);
    },
  );

  it("when the registry does not answer", async () => {
    await withServer(
      () => {},
      async ({ url }) => {
        const { host } = new URL(url);
        expect(await resolve(`${host}/shop/api:v1`, docker(), 50)).toEqual({
          unknown: `${host} does not answer within 0.05 s`,
        });
      },
    );
  });
});

describe("DockerCredentials", () => {
  it("finds Docker Hub's under docker's address, and others under host or address", () => {
    const found = docker({
      auths: {
        "https://index.docker.io/v1/": { auth: AUTH },
        "https://ghcr.io": { auth: AUTH },
        "quay.io": { auth: AUTH },
      },
    });
    expect(found.of("registry-1.docker.io")).toEqual(LOGIN);
    expect(found.of("ghcr.io")).toEqual(LOGIN);
    expect(found.of("quay.io")).toEqual(LOGIN);
    expect(found.of("example.com")).toBeUndefined();
  });

  it.each([["{"], ["null"], ["[]"], ['{"auths": null}']])(
    "treats a config.json with %s as empty",
    (text) => {
      writeFileSync(join(folder, "config.json"), text);
      expect(docker().of("ghcr.io")).toBeUndefined();
      expect(docker().helperOf("ghcr.io")).toBeUndefined();
    },
  );

  it("works without a config.json", () => {
    expect(docker().of("ghcr.io")).toBeUndefined();
  });
});
