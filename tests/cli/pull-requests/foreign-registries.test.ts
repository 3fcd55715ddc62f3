import { readForeignOverlay } from "../../../cli/pull-requests/foreign-overlay";
import { registriesIn } from "../../../cli/pull-requests/foreign-registries";
import { FakeCommit } from "./support/fake-commit";

it("the registries of a tree are those of its manifests and of its kustomizations' images", () => {
  const pod = (image: string) => `spec: {containers: [{image: "${image}"}]}\n`;
  const commit = new FakeCommit({
    "ci/kustomization.yaml":
      "resources: [../base, app.yaml]\nimages: [{name: a, newName: ghcr.io/acme/a}, {name: b}]\n",
    "ci/app.yaml": `${pod("registry.example.com:5000/team/api:1")}---\n${pod("redis")}`,
    "base/kustomization.yaml": "resources: [web.yaml]\ntransformers: [x.yaml]\n",
    "base/web.yaml": pod("registry.digitalocean.com/acme/web@sha256:0"),
  });
  expect(registriesIn(readForeignOverlay("ci", commit))).toEqual([
    "ghcr.io",
    "registry-1.docker.io",
    "registry.digitalocean.com",
    "registry.example.com:5000",
  ]);
});
