import { formatUsd } from "../../core/money/prices";
import { table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import { moment } from "../terminal/times";
import type { ReapOutcome } from "./carry-out";
import type { EntryData, ReviewData, RunData } from "./reap.data";

/** The label of each action before it is done. */
const PLANNED: Readonly<Record<EntryData["action"], string>> = {
  destroy: "destroy",
  sleep: "put to sleep",
  wake: "wake",
  warn: "warn",
  skip: "leave alone",
};

export function reapText(data: RunData, paint: Paint): string {
  const { environments, plan, outcomes, agreement, requests } = data;
  return [
    headline(data, paint),
    ...data.reasons.map((reason) => `  ${paint.red("!")} ${reason}\n`),
    `\n${countText(environments.map(({ kind }) => kind))}\n`,
    planText(plan.entries, paint),
    outcomes.length === 0 ? "" : `\n${outcomesText(outcomes, paint)}`,
    `\n${agreementText(agreement)}`,
    `${requests.all} requests to DigitalOcean, ${requests.perEnvironment} per environment\n`,
    nextText(data),
  ].join("");
}

function headline({ result, shard, plan }: RunData, paint: Paint): string {
  const saves = `saves ${formatUsd(plan.savesUsdPerMonth, 0)} a month`;
  const texts: Readonly<Record<RunData["result"], string>> = {
    planned: `plan ${plan.hash}: ${saves}`,
    refused: paint.red("nothing was done: stacks, pull requests and account cannot be compared"),
    capped: paint.red(`nothing was done: plan ${plan.hash} destroys more than the limit`),
    done: `plan ${plan.hash} was carried out: ${saves}`,
    partly: paint.red(`plan ${plan.hash} was carried out in part`),
    interrupted: paint.red(`plan ${plan.hash} was interrupted`),
  };
  return `${texts[result]}${shard === "1/1" ? "" : `, shard ${shard}`}\n`;
}

/** The number of environments of each kind: `15 environments: 12 active, 3 idle`. */
export function countText(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return `${kinds.length} environment${kinds.length === 1 ? "" : "s"}${kinds.length === 0 ? "" : ": "}${[
    ...counts,
  ]
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ")}`;
}

function planText(entries: readonly EntryData[], paint: Paint): string {
  if (entries.length === 0) {
    return "nothing to do\n";
  }
  const rows = entries.map(({ action, subject, usdPerMonth, why, deadline }) => [
    PLANNED[action],
    subject,
    formatUsd(usdPerMonth, 0),
    deadline === undefined ? why : `${why}; not before ${moment(deadline)}`,
  ]);
  return `\n${table(["action", "subject", "$/month", "why"], rows, paint)}`;
}

function outcomesText(outcomes: readonly ReapOutcome[], paint: Paint): string {
  const rows = outcomes.map((outcome) => [
    outcome.state === "failed" ? paint.red(outcome.state) : outcome.state,
    outcome.action,
    outcome.subject,
    outcomeDetail(outcome),
  ]);
  const removals = outcomes.flatMap(({ left = [] }) => left.map(({ removal }) => `  ${removal}\n`));
  return [table(["outcome", "action", "subject", "receipt"], rows, paint), ...removals].join("");
}

export function outcomeDetail({
  why,
  left,
  costSoFarUsd,
  channels,
  action,
  state,
}: ReapOutcome): string {
  const parts = [
    ...(why === undefined ? [] : [why]),
    ...(state === "done" && left?.length === 0 ? ["nothing left"] : []),
    ...(action === "destroy" && costSoFarUsd !== undefined
      ? [`estimated cost ${formatUsd(costSoFarUsd)}`]
      : []),
    ...(channels === undefined ? [] : [`by ${channels.join(", ")}`]),
  ];
  return parts.join("; ");
}

function agreementText({ state, differences }: RunData["agreement"]): string {
  const texts: Readonly<Record<typeof state, string>> = {
    agree: "stacks and account agree\n",
    differ: "stacks and account do not agree:\n",
    unknown: "stacks and account could not be compared:\n",
  };
  return [texts[state], ...differences.map((difference) => `  ${difference}\n`)].join("");
}

function nextText({ mode, result, plan }: RunData): string {
  const hasWork = plan.entries.some(({ action }) => action !== "skip");
  if (mode === "rehearse") {
    return "a rehearsal: nothing was done; `doks-env reap review` shows the results of rehearsals\n";
  }
  return (result === "planned" && hasWork) || result === "capped"
    ? `\nto carry out exactly this plan: doks-env reap run --plan ${plan.hash}\n`
    : "";
}

export function reviewText(data: ReviewData): string {
  const { wouldHaveDestroyed, usedAfterwards, falsePositiveRate, falsePositives } = data;
  if (wouldHaveDestroyed === 0) {
    return "rehearsals would not have destroyed any environment so far\n";
  }
  const rate = (falsePositiveRate * 100).toFixed(1);
  return [
    `rehearsals would have destroyed ${wouldHaveDestroyed} environment${wouldHaveDestroyed === 1 ? "" : "s"}, and ${usedAfterwards} of these ${usedAfterwards === 1 ? "was" : "were"} used afterwards: ${rate} % false positives\n`,
    ...falsePositives.map(
      ({ stack, cause, at, usedAt }) =>
        `  ${stack}: by ${cause} at ${moment(at)}, used at ${moment(usedAt)}\n`,
    ),
  ].join("");
}
