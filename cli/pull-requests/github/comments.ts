import type { GitHub } from "./github";
import { PAGE_SIZE } from "./pull-requests";

export interface PublishedComment {
  readonly url: string;
  readonly change: "created" | "updated" | "none";
}

/**
 * Creates or updates the comment about a subject on a pull request. GitHub notifies people of new comments only, so whatever
 * they must not miss has a subject of its own.
 *
 * The comment's first line contains the subject, which readers do not see. Sends one request for the token's user, one for every
 * hundred comments, and one to write. A comment that was written despite an error is found the next time.
 *
 * @param subject - letters, digits, dashes and slashes, such as `doks-env/warning`
 * @param body - Markdown, at most 65,000 characters
 * @throws {GitHubError} when GitHub cannot be reached, or refuses
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
 * Finds comments of the token's own user only. Any user can write a comment that begins like ours, and could later change our
 * text in it.
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
