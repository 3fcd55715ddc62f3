import { gitHubAccess } from "../../../../../cli/pull-requests/github/access";
import { type GitHub, openGitHub } from "../../../../../cli/pull-requests/github/github";
import { GitHubError } from "../../../../../cli/pull-requests/github/github-error";
import {
  type GitHubServer,
  type GitHubServerOptions,
  withGitHub,
} from "../../../../helpers/github/server";
import type { Repository } from "../../../../helpers/github/world";

export const NOW = new Date("2026-11-23T10:10:00Z");

export interface Trial {
  readonly gitHub: GitHub;
  readonly server: GitHubServer;
  /** `acme/shop` */
  readonly repository: Repository;
  readonly slept: number[];
  readonly said: string[];
  /** Lets time pass, in seconds. */
  readonly pass: (seconds: number) => void;
}

/** A repository and its client, in a time that passes only while somebody sleeps. */
export async function withRepository(
  use: (trial: Trial) => Promise<void>,
  options: GitHubServerOptions = {},
): Promise<void> {
  let now = NOW.getTime();
  const slept: number[] = [];
  const said: string[] = [];
  await withGitHub({ now: () => new Date(now), ...options }, async (server) => {
    const repository = server.world.add("acme/shop");
    const access = gitHubAccess(server.env("acme/shop"));
    if (access === undefined) {
      throw new Error("no access");
    }
    const gitHub = await openGitHub(access, {
      now: () => new Date(now),
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        now += milliseconds;
      },
      say: (line) => said.push(line),
      timeoutMs: 5_000,
    });
    const pass = (seconds: number) => {
      now += seconds * 1000;
    };
    await use({ gitHub, server, repository, slept, said, pass });
  });
}

export async function errorOf(work: Promise<unknown>): Promise<GitHubError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GitHubError)) {
    throw new Error(`not a GitHubError: ${String(error)}`);
  }
  return error;
}
