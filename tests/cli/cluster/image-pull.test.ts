import { imageProblem } from "../../../cli/cluster/image-pull";

const HUB = "docker.io/acme/web:7";
const DIGITALOCEAN = "registry.digitalocean.com/acme/web:7";

const failure = (image: string, words: string) =>
  `Failed to pull image "${image}": rpc error: code = Unknown desc = failed to pull and unpack image "${image}": ${words}`;

describe("imageProblem", () => {
  it.each([
    [
      `failed to resolve reference "${HUB}": ${HUB}: not found`,
      "its registry has no such tag or repository",
    ],
    [
      "failed to resolve reference: unexpected status from HEAD request: 404 Not Found",
      "its registry has no such tag or repository",
    ],
    [
      "manifest unknown: manifest tagged by 7 is not found",
      "its registry has no such tag or repository",
    ],
    [
      "no match for platform in manifest: not found",
      "it is not built for the nodes' processors, linux/amd64",
    ],
    [
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
      "its registry requires a credential, or has no such repository",
    ],
    [
      "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
      "its registry requires a credential, or has no such repository",
    ],
    [
      "unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
      "its registry limits the rate of pulls",
    ],
    [
      "dial tcp: lookup docker.i on 67.207.67.2:53: no such host",
      "the host name of its registry does not resolve",
    ],
    ["dial tcp 203.0.113.7:443: i/o timeout", "its registry cannot be reached"],
  ])("finds the cause in %j", (words, cause) => {
    const { text } = imageProblem('container "web"', HUB, "ErrImagePull", failure(HUB, words));
    expect(text).toBe(`container "web" cannot pull ${HUB}: ${cause}`);
  });

  it("gives no cause for an unknown message", () => {
    expect(imageProblem('container "web"', HUB, "ImagePullBackOff", "").text).toBe(
      `container "web" cannot pull ${HUB}`,
    );
  });

  it("ignores the image's own name in the message", () => {
    const image = "docker.io/acme/not-found-unauthorized:404";
    const { text } = imageProblem(
      'container "web"',
      image,
      "ErrImagePull",
      failure(image, "i/o timeout"),
    );
    expect(text).toBe(`container "web" cannot pull ${image}: its registry cannot be reached`);
  });

  it("proposes settings for DigitalOcean's registry, and a pull secret for others", () => {
    const fixFor = (image: string) =>
      imageProblem(
        'container "web"',
        image,
        "ErrImagePull",
        failure(image, "401 Unauthorized"),
      ).fix?.("alice-dev");
    expect(fixFor(DIGITALOCEAN)?.command).toBe(
      "doks-env up alice-dev --set registry.access=integration --set registry.name=acme",
    );
    expect(fixFor(HUB)?.command).toBe("doks-env up alice-dev --image web=<image>");
  });

  it.each([
    ["InvalidImageName", "acme/web:", 'container "web" has an invalid image reference: acme/web:'],
    [
      "ErrImageNeverPull",
      "acme/web:7",
      'container "web" may not pull acme/web:7 (imagePullPolicy is Never), and its node does not have it',
    ],
  ])("reports %s", (reason, image, text) => {
    expect(imageProblem('container "web"', image, reason, "").text).toBe(text);
  });
});
