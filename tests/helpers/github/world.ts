/** State of the server: only what its routes return. Times are RFC 3339. */
export interface PullRequest {
  readonly number: number;
  state: "open" | "closed";
  readonly created_at: string;
  closed_at: string | null;
  draft: boolean;
  readonly head: {
    readonly ref: string;
    /** SHA of its newest commit. */
    sha: string;
    /** `owner/name`; null when the fork was deleted. */
    repository: string | null;
  };
  labels: string[];
}

export interface Comment {
  readonly id: number;
  /** Number of the pull request. */
  readonly issue: number;
  /** Login of its author. */
  readonly author: string;
  body: string;
  readonly created_at: string;
  updated_at: string;
}

export interface Review {
  readonly id: number;
  /** Number of the pull request. */
  readonly pull: number;
  /** Login. */
  readonly author: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  /** Commit that its author reviewed. */
  readonly commit: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  /** Newest first. */
  readonly statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly environment_url: string;
  readonly log_url: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string;
  readonly target_url: string | null;
}

export interface Activity {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly timestamp: string;
  readonly activity_type:
    | "push"
    | "force_push"
    | "branch_creation"
    | "branch_deletion"
    | "pr_merge";
}

/** One repository, and the actions of its users in tests. */
export class Repository {
  public readonly pullRequests = new Map<number, PullRequest>();
  public readonly comments = new Map<number, Comment>();
  /** Oldest first. */
  public readonly reviews: Review[] = [];
  /** Users' permissions by login. GitHub does not know other logins. */
  public readonly people = new Map<string, "admin" | "write" | "read" | "none">();
  /** Newest first. */
  public readonly deployments: Deployment[] = [];
  /** Newest first. */
  public readonly statuses: CommitStatus[] = [];
  /** Of this repository's branches, oldest first. */
  public readonly activities: Activity[] = [];

  public constructor(
    /** `owner/name` */
    public readonly name: string,
    private readonly world: GitHubWorld,
  ) {}

  /** Opens a pull request from a branch that was just pushed. */
  public open(number: number, ref = `feature-${number}`, from: Repository = this): PullRequest {
    const { after } = from.push(ref);
    const pullRequest: PullRequest = {
      number,
      state: "open",
      created_at: this.world.time(),
      closed_at: null,
      draft: false,
      head: { ref, sha: after, repository: from.name },
      labels: [],
    };
    this.pullRequests.set(number, pullRequest);
    return pullRequest;
  }

  public close(number: number): void {
    const pullRequest = this.pullRequests.get(number);
    if (pullRequest === undefined) {
      throw new Error(`there is no pull request ${number}`);
    }
    pullRequest.state = "closed";
    pullRequest.closed_at = this.world.time();
  }

  public push(ref: string, activity_type: Activity["activity_type"] = "push"): Activity {
    const id = this.world.nextId();
    const activity: Activity = {
      id,
      before: sha(id - 1),
      after: sha(id),
      ref: `refs/heads/${ref}`,
      timestamp: this.world.time(),
      activity_type,
    };
    this.activities.push(activity);
    return activity;
  }

  /** @param commit - @default - the newest */
  public review(
    pull: number,
    author: string,
    state: Review["state"],
    commit = this.pullRequests.get(pull)?.head.sha ?? "",
  ): Review {
    const review = { id: this.world.nextId(), pull, author, state, commit };
    this.reviews.push(review);
    return review;
  }

  /** @param author - @default - the user of the token */
  public comment(issue: number, body: string, author = this.world.login): Comment {
    const at = this.world.time();
    const comment = {
      id: this.world.nextId(),
      issue,
      author,
      body,
      created_at: at,
      updated_at: at,
    };
    this.comments.set(comment.id, comment);
    return comment;
  }

  public commentsOn(issue: number): Comment[] {
    return [...this.comments.values()].filter((comment) => comment.issue === issue);
  }
}

/** All repositories. */
export class GitHubWorld {
  private readonly repositories = new Map<string, Repository>();
  /** Login of the token's user. */
  public readonly login = "github-actions[bot]";
  private lastId = 1_000;

  public constructor(public now: () => Date) {}

  public add(name: string): Repository {
    const repository = new Repository(name, this);
    this.repositories.set(name, repository);
    return repository;
  }

  public repository(name: string): Repository | undefined {
    return this.repositories.get(name);
  }

  public nextId(): number {
    return ++this.lastId;
  }

  /** In whole seconds, as GitHub returns times. */
  public time(): string {
    return this.now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
  }
}

function sha(id: number): string {
  return id.toString(16).padStart(40, "0");
}
