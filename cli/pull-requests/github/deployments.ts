import type { GitHub } from "./github";
import { PAGE_SIZE } from "./pull-requests";

export interface Deployment {
  /** Name of the environment, such as `pr-7`. */
  readonly environment: string;
  /** In full. */
  readonly commit: string;
  /** `inactive`: it is not there any more. */
  readonly state: "in_progress" | "success" | "failure" | "inactive";
  readonly url?: string;
  /** Where one reads how it went. */
  readonly logUrl?: string;
}

/**
 * Says how the deployment of a commit is, and that those of other commits to the same environment are not there any
 * more. One deployment for each commit, also when this is repeated.
 *
 * @throws {GitHubError} when GitHub cannot be asked, or does not allow it
 * @see https://docs.github.com/en/rest/deployments/deployments
 */
export async function recordDeployment(gitHub: GitHub, deployment: Deployment): Promise<void> {
  const { client, repository } = gitHub;
  const { environment, commit, state, url, logUrl } = deployment;
  const { data: known } = await client.rest.repos.listDeployments({
    ...repository,
    environment,
    per_page: PAGE_SIZE,
  });
  const own = known.find(({ sha }) => sha === commit)?.id;
  const id = own ?? (state === "inactive" ? undefined : await create(gitHub, environment, commit));
  await endOthers(
    gitHub,
    known.map(({ id: other }) => other).filter((other) => other !== id),
  );
  if (id !== undefined) {
    await client.rest.repos.createDeploymentStatus({
      ...repository,
      deployment_id: id,
      state,
      environment_url: url,
      log_url: logUrl,
      auto_inactive: false,
    });
  }
}

async function create(
  { client, repository }: GitHub,
  environment: string,
  commit: string,
): Promise<number> {
  const { data } = await client.rest.repos.createDeployment({
    ...repository,
    ref: commit,
    environment,
    auto_merge: false,
    // Whatever else is checked of the commit: its environment is there to be looked at.
    required_contexts: [],
    transient_environment: true,
    production_environment: false,
  });
  if (!("id" in data)) {
    throw new Error(`GitHub made no deployment: ${data.message ?? "it does not say why"}`);
  }
  return data.id;
}

/** The newest come first; before one that has ended, all have. */
async function endOthers({ client, repository }: GitHub, others: readonly number[]): Promise<void> {
  for (const deployment_id of others) {
    const { data } = await client.rest.repos.listDeploymentStatuses({
      ...repository,
      deployment_id,
      per_page: 1,
    });
    if (data[0]?.state === "inactive") {
      return;
    }
    await client.rest.repos.createDeploymentStatus({
      ...repository,
      deployment_id,
      state: "inactive",
      auto_inactive: false,
    });
  }
}
