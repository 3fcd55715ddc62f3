import { UserError } from "../../../core/errors";

export interface GitHubAccess {
  /** Root of the REST API; of a GitHub Enterprise Server it ends in `/api/v3`. */
  readonly api: string;
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
}

/**
 * Returns the access to GitHub from the variables. GitHub Actions sets all of them but the token, which a workflow must pass.
 *
 * @param repository - `owner/name` from the settings. @default - GITHUB_REPOSITORY
 * @returns undefined without a repository
 * @throws {UserError} without a token, or when the repository is not `owner/name`
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function gitHubAccess(
  env: NodeJS.ProcessEnv,
  repository: string | undefined = env.GITHUB_REPOSITORY || undefined,
): GitHubAccess | undefined {
  if (repository === undefined) {
    return undefined;
  }
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined) {
    throw new UserError(
      `the repository "${repository}" is not of the form owner/name`,
      "set it as in https://github.com/owner/name, without the address",
    );
  }
  const token = env.GITHUB_TOKEN || env.GH_TOKEN;
  if (!token) {
    throw new UserError(
      `no GitHub token is set to read the pull requests of ${repository}`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the workflow's.
      "export GITHUB_TOKEN=<token>   # in a workflow: env: GITHUB_TOKEN: ${{ github.token }}",
    );
  }
  return {
    api: (env.GITHUB_API_URL || "https://api.github.com").replace(/\/$/, ""),
    token,
    owner,
    repo,
  };
}
