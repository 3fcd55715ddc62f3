import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { imageResolver } from "../../../cli/images/resolve-image";
import { parseImageReference } from "../../../core/manifests/image-reference";
import { withRegistry } from "../../helpers/registry-server";

const account = (): DigitalOcean => {
  throw new Error("the account is not asked");
};
const DIGEST = `sha256:${"a".repeat(64)}`;

it("requests only the named registries, and each image once", async () => {
  await withRegistry({ images: { "shop/api:v1": DIGEST } }, async ({ host, requests }) => {
    const image = parseImageReference(`${host}/shop/api:v1`);
    const elsewhere = imageResolver(account, {}, ["ghcr.io"]);
    expect(await elsewhere(image)).toEqual({
      unknown: `${host} was not asked, because the base branch's tree has no image from it`,
    });
    expect(await elsewhere(parseImageReference("registry.digitalocean.com/acme/api:v1"))).toEqual({
      unknown: expect.stringContaining("was not asked"),
    });
    expect(requests()).toEqual([]);
    const here = imageResolver(account, {}, [host]);
    expect([await here(image), await here(image)]).toEqual([
      { digest: DIGEST },
      { digest: DIGEST },
    ]);
    expect(requests()).toHaveLength(1);
  });
});
