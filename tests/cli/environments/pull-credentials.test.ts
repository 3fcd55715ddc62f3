import { pullTokens, revocationAddress, revoke } from "../../../cli/environments/pull-credentials";
import type { StackRecord } from "../../../cli/stacks/record";
import { withServer } from "../../helpers/local-server";
import { Workplace } from "../support/workplace";

const CREDENTIALS =
  "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials";
const resource = (dockerCredentials: unknown) => ({
  urn: `urn:pulumi:alice-dev::shop::${CREDENTIALS}::registry`,
  type: CREDENTIALS,
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

const record = { stack: "alice-dev", hasResources: true } as StackRecord;
const stateWith = (...resources: object[]) => {
  const checkpoint = { stack: "alice-dev", latest: { resources } };
  place.backend.stack("alice-dev", JSON.stringify({ version: 3, checkpoint }));
};

describe("the tokens that a stack's pods pull with", () => {
  it("are read out of its state, decrypted", async () => {
    stateWith(resource({ ciphertext: "v1:abc" }));
    place.pulumi.answer("stack export --show-secrets", {
      stdout: JSON.stringify({ deployment: { resources: [resource({ plaintext })] } }),
    });
    expect(await pullTokens(place.context(), place.pulumi.asEngine(), record)).toEqual([
      "dop_v1_pull",
    ]);
  });

  it("are looked for only where there are some", async () => {
    stateWith({ urn: "urn", type: "other" });
    const output = jest.fn();
    expect(await pullTokens(place.context(), { output }, record)).toEqual([]);
    expect(await pullTokens(place.context(), { output }, { ...record, fault: "x" })).toEqual([]);
    expect(output).not.toHaveBeenCalled();
  });
});

describe("taking a token back", () => {
  it("asks as the token's own holder, and says when that fails", async () => {
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

  it("is known of DigitalOcean's public API alone", () => {
    const cloud = "https://cloud.digitalocean.com/v1/oauth/revoke";
    expect(revocationAddress({})).toBe(cloud);
    expect(revocationAddress({ DIGITALOCEAN_API_URL: "https://api.digitalocean.com/" })).toBe(
      cloud,
    );
    expect(revocationAddress({ DIGITALOCEAN_API_URL: "http://127.0.0.1:8080" })).toBeUndefined();
  });
});
