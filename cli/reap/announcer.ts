import { reasonOf } from "../stacks/reason";
import { UsageError } from "../terminal/errors";
import type { Warning } from "./policy/warning-text";
import { postToWebhook, WEBHOOK_VARIABLE, webhookUrl } from "./webhook";

/** How a warning may reach people, as `--announce` names it. */
export const CHANNELS = ["webhook", "comment", "log"] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Comments on a pull request. @throws an Error when that cannot be done */
type Comment = (pullRequest: number, subject: string, body: string) => Promise<unknown>;

export interface AnnouncerOptions {
  /** Which to use. @default - those that are set up: the webhook's variable, a repository */
  readonly names?: readonly ChannelName[];
  readonly env: NodeJS.ProcessEnv;
  /** @default - no repository is configured */
  readonly comment?: Comment;
  /** Prints a line that somebody is sure to read. */
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Channel {
  readonly name: ChannelName;
  readonly reaches: (pullRequest: number | undefined) => boolean;
  readonly deliver: (warning: Warning) => Promise<void>;
}

export interface Delivery {
  /** Channels that have taken it: one is enough to have been told. */
  readonly by: readonly ChannelName[];
  /** Why others have not, in words. */
  readonly faults: readonly string[];
}

/** Tells people what is going to happen to their environments. */
export class Announcer {
  private constructor(private readonly channels: readonly Channel[]) {}

  /** @throws {UsageError} when a channel is asked for that is not set up */
  public static open(options: AnnouncerOptions): Announcer {
    const { env, comment } = options;
    const names = options.names ?? [
      ...(env[WEBHOOK_VARIABLE] ? (["webhook"] as const) : []),
      ...(comment ? (["comment"] as const) : []),
    ];
    return new Announcer([...new Set(names)].map((name) => channelOf(name, options)));
  }

  public get names(): readonly ChannelName[] {
    return this.channels.map(({ name }) => name);
  }

  /** Delivers a warning by every channel that reaches its environment. Never fails. */
  public async deliver(warning: Warning): Promise<Delivery> {
    const reaching = this.channels.filter(({ reaches }) => reaches(warning.pullRequest));
    if (reaching.length === 0) {
      const fault = `${this.names.join(" and ")} does not reach what is for no pull request: --announce log does, too`;
      return { by: [], faults: [fault] };
    }
    const by: ChannelName[] = [];
    const faults: string[] = [];
    for (const channel of reaching) {
      try {
        await channel.deliver(warning);
        by.push(channel.name);
      } catch (error) {
        faults.push(reasonOf(error));
      }
    }
    return { by, faults };
  }
}

function channelOf(name: ChannelName, { env, comment, print, signal }: AnnouncerOptions): Channel {
  switch (name) {
    case "webhook": {
      const url = webhookUrl(env[WEBHOOK_VARIABLE] ?? "");
      return {
        name,
        reaches: () => true,
        deliver: (warning) => postToWebhook(url, warning, signal),
      };
    }
    case "comment":
      if (comment === undefined) {
        throw new UsageError(
          "warnings cannot be comments on pull requests: no repository is configured",
          "set `repository` to owner/name in Pulumi.yaml, or leave out --announce comment",
        );
      }
      return {
        name,
        reaches: (pullRequest) => pullRequest !== undefined,
        deliver: async (warning) => {
          await comment(warning.pullRequest ?? 0, subjectOf(warning), markdownOf(warning));
        },
      };
    case "log":
      return {
        name,
        reaches: () => true,
        deliver: async ({ text, keep }) => print(`${text}\n  to keep it: ${keep}`),
      };
  }
}

/** Of each step one comment of its own: nobody is notified of one that has changed. */
function subjectOf({ subject, due, step }: Warning): string {
  return `doks-env/${subject}/${due.action}-${due.cause}-${due.at}-${step}`;
}

function markdownOf({ text, keep }: Warning): string {
  return `${text}\n\nTo keep it:\n\n\`\`\`sh\n${keep}\n\`\`\`\n`;
}
