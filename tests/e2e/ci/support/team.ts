import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { ListData } from "../../../../cli/overview/list.data";
import { certificateName, certifiedNames } from "../../../../core/names";
import { type PayloadOptions, payloadOf } from "../../../cli/pull-requests/support/payload";
import { GitHubServer } from "../../../helpers/github/server";
import type { Repository } from "../../../helpers/github/world";
import { World } from "../../support/world";
import { type Job, runJob } from "./workflow";

const NAME = "acme/shop";
const OVERLAY = "kustomize/ci";
/** What a fork would like to have. */
export const PASSPHRASE = "correct horse battery staple";
/** The only image of the team's overlay. */
export const IMAGE = "ghcr.io/example/worker";

/** A team with a repository on GitHub, and the workflow that makes an environment of each of its pull requests. */
export class Team {
  private constructor(
    public readonly world: World,
    public readonly gitHub: GitHubServer,
    public readonly repository: Repository,
  ) {}

  public static async start(): Promise<Team> {
    const world = await World.start();
    world.env.PULUMI_CONFIG_PASSPHRASE = PASSPHRASE;
    const gitHub = await GitHubServer.start({
      permissions: {
        contents: "read",
        pull_requests: "write",
        deployments: "write",
        statuses: "write",
      },
    });
    return new Team(world, gitHub, gitHub.world.add(NAME));
  }

  /** Gives the account the domain, and the certificate for all names below it. */
  public async addDomain(): Promise<void> {
    const { api } = this.world;
    await api.request("POST", "/v2/domains", { name: DOMAIN });
    const certificate = { type: "lets_encrypt", dns_names: certifiedNames(DOMAIN) };
    await api.request("POST", "/v2/certificates", {
      name: certificateName(DOMAIN),
      ...certificate,
    });
  }

  public async close(): Promise<void> {
    await this.gitHub.close();
    await this.world.close();
  }

  /** What a workflow of the repository gets from GitHub, beside the event. */
  public get gitHubEnv(): NodeJS.ProcessEnv {
    return this.gitHub.env(NAME);
  }

  /** Commits files to what is checked out. @returns the commit */
  public commit(message: string, files: Readonly<Record<string, string>>): string {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.world.checkout, file)), { recursive: true });
      writeFileSync(join(this.world.checkout, file), content);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A commit of a pull request's branch, which is left again. */
  public push(number: number, files: Readonly<Record<string, string>>): void {
    this.git("checkout", "--quiet", "-B", `change-${number}`);
    const sha = this.commit("change", files);
    this.git("checkout", "--quiet", "-");
    const pull = this.repository.pullRequests.get(number);
    if (pull !== undefined) {
      pull.head.sha = sha;
    }
  }

  /** Opens a pull request on GitHub. */
  public open(number: number, files: Readonly<Record<string, string>>, from = NAME): void {
    const origin = this.gitHub.world.repository(from) ?? this.gitHub.world.add(from);
    this.repository.open(number, `change-${number}`, origin);
    this.push(number, files);
  }

  /** What the workflow makes of an event, in a fresh checkout of the base branch. */
  public async happens(number: number, event: PayloadOptions): Promise<Job> {
    const { world, gitHub, repository } = this;
    const pull = repository.pullRequests.get(number);
    const payload = payloadOf({
      number,
      sha: pull?.head.sha,
      head: pull?.head.repository,
      labels: pull?.labels ?? [],
      state: pull?.state,
      draft: pull?.draft ?? false,
      ...event,
    });
    return runJob(
      await world.anotherCheckout(),
      { ...world.env, ...this.gitHubEnv },
      { name: "pull_request_target", payload },
      {
        "github.token": gitHub.token,
        "secrets.DIGITALOCEAN_TOKEN": world.env.DIGITALOCEAN_TOKEN ?? "",
        "secrets.PULUMI_BACKEND_URL": world.env.PULUMI_BACKEND_URL ?? "",
        "secrets.PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "secrets.PULUMI_ACCESS_TOKEN": "",
        "secrets.AWS_ACCESS_KEY_ID": "",
        "secrets.AWS_SECRET_ACCESS_KEY": "",
        "inputs.image-tag": "",
        "inputs.pin && 'yes' || ''": "",
      },
    );
  }

  public label(number: number, label: string): Promise<Job> {
    this.repository.pullRequests.get(number)?.labels.push(label);
    return this.happens(number, { action: "labeled", label });
  }

  /** What a maintainer does who has looked at the newest commit. */
  public approve(number: number): Promise<Job> {
    this.repository.people.set("maintainer", "write");
    this.repository.review(number, "maintainer", "APPROVED");
    return this.label(number, "environment-approved");
  }

  public commentsOn(number: number): string[] {
    return this.repository.commentsOn(number).map(({ body }) => body);
  }

  /** The status of a pull request's newest commit. */
  public statusOf(number: number): string | undefined {
    const head = this.repository.pullRequests.get(number)?.head.sha;
    return this.repository.statuses.find(({ sha }) => sha === head)?.state;
  }

  /** How the deployments to a pull request's environment are, the newest first. */
  public deploymentsOf(number: number): (string | undefined)[] {
    return this.repository.deployments
      .filter(({ environment }) => environment === `pr-${number}`)
      .map(({ statuses }) => statuses[0]?.state);
  }

  /** Environments with their states, by name. */
  public async environments(): Promise<Record<string, string>> {
    const { environments } = await this.world.doksEnvJson<ListData>("list");
    return Object.fromEntries(environments.map(({ stack, state }) => [stack, state]));
  }

  private git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.world.checkout,
      env: this.world.env,
      encoding: "utf8",
    }).trim();
  }
}

/** Below it pull requests' environments answer. */
export const DOMAIN = "dev.example.com";

/** The files of an overlay of one Deployment, which comes up sooner than one with a load balancer. */
export function overlayWith(tag: string, kustomization: object = {}): Record<string, string> {
  const labels = { app: "worker" };
  return {
    [`${OVERLAY}/kustomization.yaml`]: stringify({ resources: ["worker.yaml"], ...kustomization }),
    [`${OVERLAY}/worker.yaml`]: stringify({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "worker" },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "worker", image: `${IMAGE}:${tag}` }] },
        },
      },
    }),
  };
}

/** The same, with a load balancer in front of it. */
export function servedOverlay(tag: string): Record<string, string> {
  return {
    ...overlayWith(tag, { resources: ["worker.yaml", "service.yaml"] }),
    [`${OVERLAY}/service.yaml`]: stringify({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "worker" },
      spec: { type: "LoadBalancer", selector: { app: "worker" }, ports: [{ port: 80 }] },
    }),
  };
}

/** Of the base branch: a profile whose gate these tests are. */
export function profileWith(tests: readonly object[]): Record<string, string> {
  const settings = { tests, domain: DOMAIN, ttl: "1h", maxTtl: "3h", warnAhead: ["30m"] };
  const config = Object.entries(settings).map(([key, value]) => [`ephemeral-doks:${key}`, value]);
  return { "Pulumi.ci.yaml": stringify({ config: Object.fromEntries(config) }) };
}

export const allOutput = ({ steps }: Job) => steps.map(({ output }) => output).join("\n");
export const stepOf = (job: Job, name: string) => job.steps.find((one) => one.name === name);
export const exitCodes = ({ steps }: Job) =>
  Object.fromEntries(steps.map(({ name, exitCode }) => [name, exitCode]));
