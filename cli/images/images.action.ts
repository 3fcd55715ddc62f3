import { resolve } from "node:path";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { type ChangedImages, changedImages } from "./changed-images";
import { type ImageSources, readImageSources } from "./image-sources";
import type { images } from "./images.command";
import type { ImagesData } from "./images.data";
import { imagesText } from "./images.text";
import { imageResolver } from "./resolve-image";

export async function run(
  { env, cwd, say, signal, terminal }: Context,
  _args: ArgumentsOf<typeof images>,
  { changedSince, sources: file = "images.json" }: OptionsOf<typeof images>,
): Promise<Result> {
  if (changedSince === undefined) {
    throw new UsageError("images needs a revision to compare with", "--changed-since origin/main");
  }
  const sources = readImageSources(resolve(cwd, file));
  const account = () => new DigitalOcean(requireAccess(env), { say, signal });
  const found = await changedImages(sources, changedSince, imageResolver(account, env));
  const data: ImagesData = { ...found, arguments: argumentsFor(found, sources) };
  return { data, text: () => imagesText(data, terminal.out.paint) };
}

function argumentsFor({ changed, unchanged }: ChangedImages, { repository }: ImageSources) {
  return [
    ...changed.map(({ name, reference }) => `${name}=${reference}`),
    ...Object.entries(unchanged).map(([name, digest]) => `${name}=${repository}/${name}@${digest}`),
  ].flatMap((image) => ["--image", image]);
}
