import type { Paint } from "../terminal/terminal";
import type { Diagnosis, Finding } from "./diagnosis";
import {
  byObject,
  eventLine,
  headline,
  logTitle,
  type ObjectFindings,
  omissions,
} from "./diagnosis-words";

const NAME_WIDTH = "likely fix".length;

/** A diagnosis for a terminal: problems, their causes and likely fixes. */
export function diagnosisText(diagnosis: Diagnosis, paint: Paint): string {
  const sections = byObject(diagnosis).map((object) => objectText(object, diagnosis, paint));
  const rest = omissions(diagnosis).map((sentence) => `${paint.dim(sentence)}\n`);
  return [
    `${paint.bold(headline(diagnosis))}\n`,
    ...sections,
    ...(rest.length > 0 ? [rest.join("")] : []),
  ].join("\n");
}

function objectText(
  { kind, name, state, readiness, findings }: ObjectFindings,
  { takenAt }: Diagnosis,
  paint: Paint,
): string {
  const colour = state === "failed" ? paint.red : paint.yellow;
  const title = [paint.bold(`${kind} ${name}`), colour(state), readiness]
    .filter(Boolean)
    .join("  ");
  return `${title}\n${findings.map((finding) => findingText(finding, takenAt, paint)).join("")}`;
}

/** The problem, then rows of label and value, then the logs. */
function findingText(finding: Finding, takenAt: string, paint: Paint): string {
  const { text, facts, likelyFix, pods, events, logs } = finding;
  const rows: [string, readonly (string | undefined)[]][] = [
    ["likely fix", [likelyFix?.text, likelyFix?.command && paint.green(likelyFix.command)]],
    ["facts", facts],
    ["pods", pods.length > 1 ? [pods.join(", ")] : []],
    ["events", events.map((event) => eventLine(event, takenAt))],
  ];
  const shown = rows.flatMap(([name, lines]) =>
    lines
      .filter((line) => line !== undefined)
      .map(
        (line, index) =>
          `    ${paint.dim((index === 0 ? name : "").padEnd(NAME_WIDTH))}  ${line}\n`,
      ),
  );
  const logged = logs.flatMap((log) => [
    `    ${paint.dim(logTitle(log))}\n`,
    ...log.lines.map((line) => `      ${paint.dim("|")} ${line}\n`),
  ]);
  return `  ${text}\n${shown.join("")}${logged.join("")}`;
}
