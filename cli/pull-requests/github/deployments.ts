import type { GitHub } from "./github";
import { PAGE_SIZE } from "./pull-requests";

export interface Deployment {
  /** Name of the environment, such as `pr-7`. */
  readonly environment: string;
  /** Full hash. */
  readonly commit: string;
  /** `inactive`: the environment no longer exists. */
  readonly state: "in_progress" | "success" | "failure" | "inactive";
  readonly url?: string;
  /** URL of the log. */
  readonly logUrl?: string;
}

/**
 * Sets the state of a commit's deployment, and marks deployments of other commits to the same environment as inactive. Each
 * commit has one deployment, also after a repetition.
 *
 * @throws {GitHubError} when GitHub cannot be reached, or refuses
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
    // Does not wait for other checks of the commit: its environment already exists.
    required_contexts: [],
    transient_environment: true,
    production_environment: false,
  });
  if (!("id" in data)) {
    throw new Error(`GitHub did not create a deployment: ${data.message ?? "it gives no reason"}`);
  }
  return data.id;
}

/** Marks other deployments as inactive. GitHub lists the newest first, and all that are older than an inactive one are inactive. */
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
