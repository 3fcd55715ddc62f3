import { parseImageReference } from "../../core/manifests/image-reference";
import { excerpt } from "./excerpt";
import { advice, change, type FixFor, otherImage, settings } from "./likely-fix";
import type { Problem } from "./problem";

const REGISTRY_OF_DIGITALOCEAN = "registry.digitalocean.com/";

interface Cause {
  readonly sign: RegExp;
  readonly words: string;
  readonly fix: (image: string) => FixFor;
}

/** Reasons by messages of containerd, DOKS's container runtime, and of registries; the first match applies. */
const CAUSES: readonly Cause[] = [
  {
    sign: /toomanyrequests|too many requests|rate limit/i,
    words: "its registry limits the rate of pulls",
    fix: () => advice("wait, or use a pull secret for an account of that registry"),
  },
  {
    // Ends in "not found", too.
    sign: /no match for platform|exec format/i,
    words: "it is not built for the nodes' processors, linux/amd64",
    fix: (image) => otherImage("build it for linux/amd64 and use that image", image),
  },
  {
    sign: /pull access denied|insufficient_scope|unauthorized|authorization|forbidden|\b40[13]\b/i,
    words: "its registry requires a credential, or has no such repository",
    fix: access,
  },
  {
    sign: /not found|manifest unknown|name unknown|does not exist|\b404\b/i,
    words: "its registry has no such tag or repository",
    fix: (image) => otherImage("push the image, or use an existing one", image),
  },
  {
    sign: /no such host|server misbehaving/i,
    words: "the host name of its registry does not resolve",
    fix: (image) => otherImage("use an image of an existing registry", image),
  },
  {
    sign: /timeout|timed out|deadline exceeded|connection refused|connection reset|tls:|x509/i,
    words: "its registry cannot be reached",
    fix: () =>
      advice("check that the cluster's nodes can reach the registry; they retry by themselves"),
  },
];

/**
 * Returns the problem of a container whose image cannot be pulled.
 *
 * @param title - description of the container
 * @param reason - of the waiting container: ErrImagePull, ImagePullBackOff, InvalidImageName, ErrImageNeverPull, ...
 * @param message - the runtime's message about the last attempt, if known
 */
export function imageProblem(
  title: string,
  image: string,
  reason: string,
  message: string,
): Problem {
  const known = { reason, isFinal: true, facts: message ? [excerpt(message)] : [] };
  if (reason === "InvalidImageName") {
    const text = `${title} has an invalid image reference: ${image}`;
    return { ...known, text, fix: otherImage("write it as repository:tag", image) };
  }
  if (reason === "ErrImageNeverPull") {
    const text = `${title} may not pull ${image} (imagePullPolicy is Never), and its node does not have it`;
    return { ...known, text, fix: change("remove the imagePullPolicy from the overlay") };
  }
  const cause = CAUSES.find(({ sign }) => sign.test(withoutImage(message, image)));
  return {
    ...known,
    text: `${title} cannot pull ${image}${cause ? `: ${cause.words}` : ""}`,
    fix: cause?.fix(image) ?? otherImage("push the image, or use an existing one", image),
  };
}

/** Removes the image's name, which may contain `auth` or `404`. */
function withoutImage(message: string, image: string): string {
  const { name } = parseImageReference(image);
  return message.replaceAll(image, "").replaceAll(name, "");
}

function access(image: string): FixFor {
  if (!image.startsWith(REGISTRY_OF_DIGITALOCEAN)) {
    return otherImage(
      "push the image, or add a pull secret for its registry to the overlay",
      image,
    );
  }
  const [registry = "<registry>"] = image.slice(REGISTRY_OF_DIGITALOCEAN.length).split("/");
  return settings(
    "give the environment access to the registry, unless the repository's name is wrong",
    "registry.access=integration",
    `registry.name=${registry}`,
  );
}
