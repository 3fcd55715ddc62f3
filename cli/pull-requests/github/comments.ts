import type { GitHub } from "./github";
import { PAGE_SIZE } from "./pull-requests";

export interface PublishedComment {
  readonly url: string;
  readonly change: "created" | "updated" | "none";
}

/**
 * Writes the one comment on a pull request that is about a subject, or brings it up to date. GitHub notifies people of a
 * comment that is new, and not of one that has changed: what they must not miss has a subject of its own.
 *
 * The subject stands in the comment's first line, which no reader sees. A request for who we are, one for every hundred
 * comments there are, and one to write. Of a comment that could not be written nothing is there, or it is found the next time.
 *
 * @param subject - letters, digits, dashes and slashes, such as `doks-env/warning`
 * @param body - Markdown, at most 65,000 characters
 * @throws {GitHubError} when GitHub cannot be asked, or does not allow it
 * @see https://docs.github.com/en/rest/issues/comments
 */
export async function publishComment(
  gitHub: GitHub,
  number: number,
  subject: string,
  body: string,
): Promise<PublishedComment> {
  const { client, repository } = gitHub;
  const marker = `<!-- ${subject} -->`;
  const text = `${marker}\n${body}`;
  const before = await findComment(gitHub, number, marker);
  if (before?.body === text) {
    return { url: before.url, change: "none" };
  }
  if (before) {
    const { data } = await client.rest.issues.updateComment({
      ...repository,
      comment_id: before.id,
      body: text,
    });
    return { url: data.html_url, change: "updated" };
  }
  const { data } = await client.rest.issues.createComment({
    ...repository,
    issue_number: number,
    body: text,
  });
  return { url: data.html_url, change: "created" };
}

/**
 * Of the token's own user only: anybody may write a comment that begins like ours, and could go on changing what we then
 * write into it.
 */
async function findComment(gitHub: GitHub, number: number, marker: string) {
  const { client, repository } = gitHub;
  const own = await gitHub.ownLogin();
  const pages = client.paginate.iterator(client.rest.issues.listComments, {
    ...repository,
    issue_number: number,
    per_page: PAGE_SIZE,
  });
  for await (const { data } of pages) {
    const found = data.find(
      ({ body, user }) => user?.login === own && body?.startsWith(`${marker}\n`),
    );
    if (found) {
      return { id: found.id, url: found.html_url, body: found.body };
    }
  }
  return undefined;
}
