import { page } from "../pagination";
import { NOT_FOUND, type Route } from "../route";

/** @see https://docs.github.com/en/rest/pulls/reviews and https://docs.github.com/en/rest/collaborators/collaborators */
export const REVIEWS: readonly Route[] = [
  {
    method: "GET",
    path: "/pulls/{number}/reviews",
    needs: ["pull_requests:read"],
    query: ["per_page", "page"],
    handle: (request) => {
      const number = Number(request.params.number);
      const reviews = request.repository.reviews.filter((review) => review.pull === number);
      return request.repository.pullRequests.has(number)
        ? page(
            reviews.map(({ id, author, state, commit }) => ({
              id,
              user: { login: author, type: "User" },
              state,
              commit_id: commit,
            })),
            request,
          )
        : NOT_FOUND;
    },
  },
  {
    method: "GET",
    path: "/collaborators/{username}/permission",
    needs: ["metadata:read"],
    handle: ({ repository, params: { username = "" } }) => {
      const permission = repository.people.get(username);
      return permission === undefined
        ? NOT_FOUND
        : { status: 200, body: { permission, user: { login: username } } };
    },
  },
];
