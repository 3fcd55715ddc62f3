import { pullTokens, revocationAddress, revoke } from "../../../cli/environments/pull-credentials";
import { PULL_CREDENTIALS } from "../../../cli/stacks/owned-in-state";
import { withServer } from "../../helpers/local-server";
import { Workplace } from "../support/workplace";

const resource = (dockerCredentials: unknown) => ({
  urn: `urn:pulumi:alice-dev::shop::${PULL_CREDENTIALS}::registry`,
  type: PULL_CREDENTIALS,
  outputs: { dockerCredentials },
});
const auth = Buffer.from("alice@example.com:dop_v1_pull").toString("base64");
const plaintext = JSON.stringify(
  JSON.stringify({ auths: { "registry.digitalocean.com": { auth } } }),
);

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

test("reads and decrypts the pull credentials in a stack's state", async () => {
  place.pulumi.answer("stack export --show-secrets", {
    stdout: JSON.stringify({
      deployment: { resources: [{ type: "other" }, resource({ plaintext })] },
    }),
  });
  expect(await pullTokens(place.pulumi.asEngine(), "alice-dev")).toEqual(["dop_v1_pull"]);
});

describe("taking a token back", () => {
  it("uses the token itself, and reports a failure", async () => {
    const asked: string[] = [];
    const said: string[] = [];
    await withServer(
      (request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          asked.push(`${request.method} ${request.headers.authorization ?? ""} ${body}`);
          response.writeHead(asked.length === 1 ? 200 : 500).end();
        });
      },
      ({ url }) => revoke(["one", "two"], url, (line) => said.push(line)),
    );
    expect(asked).toEqual(["POST Bearer one token=one", "POST Bearer two token=two"]);
    expect(said).toEqual([expect.stringMatching(/could not be revoked.*status 500$/)]);
  });

  it("revokes only tokens of DigitalOcean's public API", () => {
    const cloud = "https://cloud.digitalocean.com/v1/oauth/revoke";
    expect(revocationAddress({})).toBe(cloud);
    expect(revocationAddress({ DIGITALOCEAN_API_URL: "https://api.digitalocean.com/" })).toBe(
      cloud,
    );
    expect(revocationAddress({ DIGITALOCEAN_API_URL: "http://127.0.0.1:8080" })).toBeUndefined();
  });
});
