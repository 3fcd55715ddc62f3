import type { ImageManifest, ImageTag } from "../../account/entities";
import { blobsOf, compressedSize, type Images, type Repository } from "../../account/images";
import { pageBody, tokenPageBody } from "../pagination";
import { type ApiRequest, noContent, ok, type Route, route } from "../router";

/** The images of registries, under `/v2/registries` or the deprecated `/v2/registry`. */
export function imageRoutes(base: string, images: Images): Route[] {
  const registry = `${base}/{registry_name}`;
  const repository = `${registry}/repositories/{repository_name}`;
  const place = (request: ApiRequest): [registry: string, repository: string] => [
    request.param("registry_name"),
    request.param("repository_name"),
  ];
  return [
    route("GET", `${registry}/repositoriesV2`, (request) => {
      const found = images.repositories(request.param("registry_name"));
      return ok(tokenPageBody(request, "repositories", found, repositoryV2Body));
    }),
    route("GET", `${repository}/tags`, (request) => {
      const { tags, manifests } = images.repository(...place(request));
      return ok(pageBody(request, "tags", tags, (tag) => tagBody(tag, manifests)));
    }),
    route("GET", `${repository}/digests`, (request) => {
      const { tags, manifests } = images.repository(...place(request));
      return ok(pageBody(request, "manifests", manifests, (one) => manifestBody(one, tags)));
    }),
    route("DELETE", `${repository}/tags/{repository_tag}`, (request) => {
      images.deleteTag(...place(request), request.param("repository_tag"));
      return noContent();
    }),
    route("DELETE", `${repository}/digests/{manifest_digest}`, (request) => {
      images.deleteManifest(...place(request), request.param("manifest_digest"));
      return noContent();
    }),
  ];
}

/** A repository as the deprecated listing shows it. */
export function repositoryBody({ registryName, name, tags, manifests }: Repository) {
  const latest = tags.at(-1);
  return {
    registryName,
    name,
    tagCount: tags.length,
    ...(latest && { latestTag: tagBody(latest, manifests) }),
  };
}

function repositoryV2Body({ registryName, name, tags, manifests }: Repository) {
  const latest = manifests.at(-1);
  return {
    registryName,
    name,
    tagCount: tags.length,
    manifestCount: manifests.length,
    ...(latest && { latestManifest: manifestBody(latest, tags) }),
  };
}

function tagBody(
  { registryName, repository, tag, manifestDigest, updatedAt }: ImageTag,
  manifests: readonly ImageManifest[],
) {
  const manifest = manifests.find(({ digest }) => digest === manifestDigest);
  return {
    registryName,
    repository,
    tag,
    manifestDigest,
    compressedSizeBytes: manifest ? compressedSize(manifest) : 0,
    sizeBytes: manifest?.sizeBytes ?? 0,
    updatedAt,
  };
}

function manifestBody(manifest: ImageManifest, tags: readonly ImageTag[]) {
  const { registryName, repository, digest, sizeBytes, updatedAt } = manifest;
  return {
    registryName,
    repository,
    digest,
    compressedSizeBytes: compressedSize(manifest),
    sizeBytes,
    updatedAt,
    tags: tags.filter(({ manifestDigest }) => manifestDigest === digest).map(({ tag }) => tag),
    blobs: blobsOf(manifest),
  };
}
