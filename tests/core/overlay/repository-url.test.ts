import { hostOf, repositoryIn } from "../../../core/overlay/repository-url";

// @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/internal/git/repospec_test.go
describe("an entry of a kustomization", () => {
  it.each([
    ["https://github.com/acme/base", "https://github.com/acme/base", "", "github.com"],
    [
      "https://github.com/acme/base/k8s/dev",
      "https://github.com/acme/base",
      "k8s/dev",
      "github.com",
    ],
    ["github.com/acme/base//k8s?ref=v1", "https://github.com/acme/base", "k8s", "github.com"],
    ["GitHub.com/acme/base", "https://github.com/acme/base", "", "github.com"],
    ["https://user@github.com/acme/base", "user@github.com:acme/base", "", "github.com"],
    ["git@github.com:acme/base.git//k8s", "git@github.com:acme/base.git", "k8s", "github.com"],
    ["github.com:acme/base", "https://github.com/acme/base", "", "github.com"],
    ["ssh://git@github.com/acme/base", "git@github.com:acme/base", "", "github.com"],
    [
      "git@gitlab.example.com:acme/base.git/k8s",
      "git@gitlab.example.com:acme/base.git",
      "k8s",
      "gitlab.example.com",
    ],
    [
      "git@gitlab.example.com:22/base.git",
      "git@gitlab.example.com:22/base.git",
      "",
      "gitlab.example.com",
    ],
    [
      "ssh://git@git.example.com:2222/acme/base.git",
      "ssh://git@git.example.com:2222/acme/base.git",
      "",
      "git.example.com:2222",
    ],
    [
      "https://git.example.com:8443/a/b/c//d",
      "https://git.example.com:8443/a/b/c",
      "d",
      "git.example.com:8443",
    ],
    ["git::https://git.example.com/a/b", "https://git.example.com/a/b", "", "git.example.com"],
    [
      "https://acme@dev.azure.com/acme/p/_git/base/k8s",
      "https://acme@dev.azure.com/acme/p/_git/base",
      "k8s",
      "dev.azure.com",
    ],
    ["https://git.example.com/a/b?ref=../x", "https://git.example.com/a/b", "", "git.example.com"],
  ])("%s is in the repository %s, folder %j, on %s", (entry, repository, folder, host) => {
    expect(repositoryIn(entry)).toMatchObject({ repository, folder, host });
  });

  it.each([
    "../base",
    "base",
    "/abs/base",
    "./github.com/acme/base",
    "git.example.com/acme/base",
    "https://git.example.com/acme",
    "https://git.example.com",
    "file:///srv/base.git",
    "https://git.example.com/a/b//../../x",
    "ftp://git.example.com/a/b",
    "",
  ])("%j is no repository", (entry) => {
    expect(repositoryIn(entry)).toBeUndefined();
  });

  it.each([
    ["", { submodules: true, timeoutSeconds: 27 }],
    ["?ref=v1&version=v0", { ref: "v1" }],
    ["?version=v0", { ref: "v0" }],
    ["?submodules=false", { submodules: false }],
    ["?submodules=0&timeout=120", { submodules: false, timeoutSeconds: 120 }],
    ["?submodules=maybe", { submodules: true }],
    ["?timeout=1m30s", { timeoutSeconds: 90 }],
    ["?timeout=500ms", { timeoutSeconds: 0.5 }],
    ["?timeout=0", { timeoutSeconds: 27 }],
    ["?timeout=soon", { timeoutSeconds: 27 }],
  ])("has options after its address: %j", (query, options) => {
    expect(repositoryIn(`https://git.example.com/acme/base${query}`)).toMatchObject(options);
  });
});

it.each([
  ["https://user:secret@Git.example.com:8443/a", "git.example.com:8443"],
  ["git@git.example.com:acme/base", "git.example.com"],
  ["git.example.com:acme/base", "git.example.com"],
  ["ssh://git.example.com/a", "git.example.com"],
])("the host of %s is %s", (address, host) => {
  expect(hostOf(address)).toBe(host);
});
