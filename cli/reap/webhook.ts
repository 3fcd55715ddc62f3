import { setTimeout as wait } from "node:timers/promises";
import axios from "axios";
import { retryAfterMs } from "../../core/digitalocean-answer";
import { isLoopback } from "../account/loopback";
import { UsageError } from "../terminal/errors";
import type { Warning } from "./policy/warning-text";

export const WEBHOOK_VARIABLE = "DOKS_ENV_WEBHOOK_URL";

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
/** Longest wait that Slack may ask for; usually it is about a second. The next run retries after longer waits. */
const LONGEST_WAIT_MS = 30_000;
/** Error codes of a connection that was not established, so that nothing was delivered. */
const NOT_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"];

/**
 * Checks the address of a webhook, which is a secret: its holder may write there.
 *
 * @throws {UsageError} unless it is an https one, or on this machine
 */
export function webhookUrl(value: string): string {
  const isSafe = URL.canParse(value) && (new URL(value).protocol === "https:" || isLoopback(value));
  if (!isSafe) {
    throw new UsageError(
      `${WEBHOOK_VARIABLE} is not an https address`,
      `export ${WEBHOOK_VARIABLE}=https://...   # as Slack or another chat gives it for an incoming webhook`,
    );
  }
  return value;
}

/**
 * Posts a warning in Slack's format, which other chats accept, too. 2xx means delivered. It is sent again only if it was
 * certainly not delivered: no connection, 429 or 503.
 *
 * @throws {Error} without the address
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/
 */
export async function postToWebhook(
  url: string,
  { text, keep }: Warning,
  signal: AbortSignal,
): Promise<void> {
  const body = { text: `${escaped(text)}\nTo keep it: \`${escaped(keep)}\`` };
  for (let attempt = 1; ; attempt++) {
    try {
      await axios.post(url, body, {
        timeout: TIMEOUT_MS,
        maxRedirects: 0,
        signal,
        ...(isLoopback(url) ? { proxy: false as const } : {}),
      });
      return;
    } catch (error) {
      signal.throwIfAborted();
      const delay = attempt < ATTEMPTS ? delayAfter(error, attempt) : undefined;
      if (delay === undefined) {
        throw new Error(`the webhook ${reason(error)}`);
      }
      await wait(delay, undefined, { signal });
    }
  }
}

function delayAfter(error: unknown, attempt: number): number | undefined {
  if (!axios.isAxiosError(error)) {
    return undefined;
  }
  const { response, code } = error;
  const isUndelivered = response
    ? response.status === 429 || response.status === 503
    : NOT_SENT.includes(code ?? "");
  const asked = retryAfterMs(response?.headers["retry-after"] as string | undefined);
  const delay = asked ?? 500 * 2 ** (attempt - 1);
  return isUndelivered && delay <= LONGEST_WAIT_MS ? delay : undefined;
}

/** Describes an error without the address, which axios' own messages may contain. */
function reason(error: unknown): string {
  if (!axios.isAxiosError(error)) {
    return "could not be used";
  }
  return error.response === undefined
    ? `does not answer (${error.code ?? "no connection"})`
    : `answers ${error.response.status}`;
}

/** @see https://docs.slack.dev/messaging/formatting-message-text/#escaping */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
