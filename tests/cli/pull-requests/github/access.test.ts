import { gitHubAccess } from "../../../../cli/pull-requests/github/access";

const ACTIONS = {
  GITHUB_API_URL: "https://github.example.com/api/v3/",
  GITHUB_REPOSITORY: "acme/shop",
  GITHUB_TOKEN: "of-the-job",
};

describe("the access to GitHub", () => {
  it("is what GitHub Actions sets, on any server", () => {
    expect(gitHubAccess(ACTIONS)).toEqual({
      api: "https://github.example.com/api/v3",
      token: "of-the-job",
      owner: "acme",
      repo: "shop",
    });
  });

  it("uses by default the repository in the settings, github.com and gh's token", () => {
    expect(gitHubAccess({ GH_TOKEN: "of-alice" }, "acme/web")).toEqual({
      api: "https://api.github.com",
      token: "of-alice",
      owner: "acme",
      repo: "web",
    });
    expect(gitHubAccess(ACTIONS, "acme/web")?.repo).toBe("web");
  });

  it("is undefined without a repository", () => {
    expect(gitHubAccess({ GITHUB_TOKEN: "t" })).toBeUndefined();
    expect(gitHubAccess({ GITHUB_REPOSITORY: "" })).toBeUndefined();
  });

  it("fails without a token, and for an invalid repository", () => {
    expect(() => gitHubAccess({}, "acme/shop")).toThrow(
      "no GitHub token is set to read the pull requests of acme/shop",
    );
    for (const wrong of ["shop", "https://github.com/acme/shop", "acme/shop/", "acme/shop/tree"]) {
      expect(() => gitHubAccess(ACTIONS, wrong)).toThrow(
        `the repository "${wrong}" is not of the form owner/name`,
      );
    }
  });
});
