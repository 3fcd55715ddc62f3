import { formatUsd } from "../../core/money/prices";
import type { RunData } from "./reap.data";
import { countText, outcomeDetail } from "./reap.text";

const TITLES: Readonly<Record<RunData["result"], string>> = {
  planned: "Plan only, nothing was done",
  refused: "Nothing was done: stacks, pull requests and account cannot be compared",
  capped: "Nothing was done: the plan destroys more than the limit",
  done: "Done",
  partly: "Done in part",
  interrupted: "Interrupted",
};

/** The report of a run as Markdown, for the summary of a GitHub job. */
export function reapMarkdown(data: RunData): string {
  const { plan, outcomes, agreement, environments, requests } = data;
  const title = data.mode === "rehearse" ? "Rehearsal, nothing was done" : TITLES[data.result];
  const entries = plan.entries.map(({ action, subject, usdPerMonth, why }) => [
    action,
    code(subject),
    formatUsd(usdPerMonth, 0),
    why,
  ]);
  const receipts = outcomes.map((outcome) => [
    outcome.state,
    outcome.action,
    code(outcome.subject),
    outcomeDetail(outcome),
  ]);
  return [
    `## Reaper of ${data.project}: ${title}\n`,
    ...data.reasons.map((reason) => `> ${reason}\n`),
    `${countText(environments.map(({ kind }) => kind))}. Plan \`${plan.hash}\`, saves ${formatUsd(plan.savesUsdPerMonth, 0)} a month. ` +
      `Shard ${data.shard}, at ${data.at}, ${requests.all} requests to DigitalOcean.\n`,
    ...table(["action", "subject", "$/month", "why"], entries),
    ...(outcomes.length === 0
      ? []
      : ["### Receipts\n", ...table(["outcome", "action", "subject", "receipt"], receipts)]),
    agreement.state === "agree"
      ? "Stacks and account agree.\n"
      : `Stacks and account ${agreement.state === "differ" ? "do not agree" : "could not be compared"}:\n`,
    ...agreement.differences.map((difference) => `- ${escaped(difference)}`),
    "",
  ].join("\n");
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return rows.length === 0
    ? []
    : [line(headings), line(headings.map(() => "---")), ...rows.map(line), ""];
}

/** Text from tags and error messages must neither end a cell nor act as markup. */
function escaped(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replace(/\s*\n\s*/g, " ");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}
