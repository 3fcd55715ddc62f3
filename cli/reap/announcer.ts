import { reasonOf } from "../stacks/reason";
import { UsageError } from "../terminal/errors";
import type { Warning } from "./policy/warning-text";
import { postToWebhook, WEBHOOK_VARIABLE, webhookUrl } from "./webhook";

/** Channels for warnings, by the names of `--announce`. */
export const CHANNELS = ["webhook", "comment", "log"] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Writes a comment on a pull request. @throws {Error} when that fails */
type Comment = (pullRequest: number, subject: string, body: string) => Promise<unknown>;

export interface AnnouncerOptions {
  /** Channels to use. @default - every configured one: the webhook's variable, a repository */
  readonly names?: readonly ChannelName[];
  readonly env: NodeJS.ProcessEnv;
  /** @default - no repository is configured */
  readonly comment?: Comment;
  /** Prints a line to the log. */
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Channel {
  readonly name: ChannelName;
  readonly reaches: (pullRequest: number | undefined) => boolean;
  readonly deliver: (warning: Warning) => Promise<void>;
}

export interface Delivery {
  /** Channels that delivered it; one is enough. */
  readonly by: readonly ChannelName[];
  /** Reasons why other channels failed, as text. */
  readonly faults: readonly string[];
}

/** Warns people about actions on their environments. */
export class Announcer {
  private constructor(private readonly channels: readonly Channel[]) {}

  /** @throws {UsageError} for a channel that is not configured */
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
      const fault = `${this.names.join(" and ")} cannot announce a resource without a pull request; add --announce log`;
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

/** Each step gets a comment of its own, because GitHub sends no notification for an edited comment. */
function subjectOf({ subject, due, step }: Warning): string {
  return `doks-env/${subject}/${due.action}-${due.cause}-${due.at}-${step}`;
}

function markdownOf({ text, keep }: Warning): string {
  return `${text}\n\nTo keep it:\n\n\`\`\`sh\n${keep}\n\`\`\`\n`;
}
