import { pinImages } from "../../../cli/images/pin-images";
import type { Resolution } from "../../../cli/images/resolution";
import type { ImageReference } from "../../../core/manifests/image-reference";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A registry that knows some images, and says why it knows nothing of any other. */
function registry(answers: Readonly<Record<string, Resolution>>) {
  const asked: string[] = [];
  const resolve = async ({ name, tag }: ImageReference): Promise<Resolution> => {
    asked.push(`${name}:${tag}`);
    return answers[`${name}:${tag}`] ?? { unknown: "the registry cannot be reached" };
  };
  return { asked, resolve };
}

describe("pinImages", () => {
  it("returns the digest of each image with a tag, and looks up no others", async () => {
    const { asked, resolve } = registry({
      "x/api:1": { digest: digest("a") },
      "x/web:1": { digest: digest("b") },
    });
    const images = ["x/api:1", "x/web:1", `x/db@${digest("c")}`, `x/db:1@${digest("d")}`];
    expect(await pinImages(images, resolve)).toEqual({
      "x/api:1": digest("a"),
      "x/web:1": digest("b"),
    });
    expect(asked).toEqual(["x/api:1", "x/web:1"]);
  });

  it("pins an image without a tag as latest", async () => {
    const { resolve } = registry({ "redis:undefined": { digest: digest("a") } });
    expect(await pinImages(["redis"], resolve)).toEqual({ "redis:latest": digest("a") });
  });

  it("pins an image with several tags if they mean the same, and fails if not", async () => {
    const { resolve } = registry({
      "x/api:1": { digest: digest("a") },
      "x/api:stable": { digest: digest("a") },
      "x/api:2": { digest: digest("b") },
    });
    expect(await pinImages(["x/api:1", "x/api:stable"], resolve)).toEqual({
      "x/api:1": digest("a"),
      "x/api:stable": digest("a"),
    });
    await expect(pinImages(["x/api:1", "x/api:2"], resolve)).rejects.toThrow(
      "x/api runs with several different tags",
    );
  });

  it("fails with every image that cannot be pinned", async () => {
    const { resolve } = registry({ "x/api:1": { digest: digest("a") }, "x/web:1": "absent" });
    await expect(pinImages(["x/api:1", "x/web:1", "x/db:1"], resolve)).rejects.toThrow(
      "2 of 3 images cannot be pinned: x/web:1 does not exist; x/db:1: the registry cannot be reached",
    );
  });
});
