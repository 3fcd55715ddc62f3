import type { Paint } from "../terminal/terminal";
import type { CheckResult } from "./doctor.data";

/**
 * The doctor's checks, each with its fix, and a last line with the next step.
 *
 * @param next - command to run when there are no faults
 */
export function checksText(findings: readonly CheckResult[], next: string, paint: Paint): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = " ".repeat("  ✓ ".length + width + 2);
  const shown = findings.map((finding) => {
    const [first, ...rest] = about(finding, paint);
    const line = `  ${mark(finding, paint)} ${finding.subject.padEnd(width)}  ${first}\n`;
    return [line, ...rest.map((text) => `${indent}${text}\n`)].join("");
  });
  return `${shown.join("")}\n${verdict(findings, next, paint)}\n`;
}

function mark({ state }: CheckResult, paint: Paint): string {
  switch (state) {
    case "ok":
      return paint.green("✓");
    case "warning":
      return paint.yellow("!");
    case "fault":
      return paint.red("✗");
  }
}

/** The finding, the expected value, and one line for each fix. */
function about({ found, wanted, fix }: CheckResult, paint: Paint): string[] {
  const ways = fix?.split("\n") ?? [];
  return [
    found,
    ...(wanted === undefined ? [] : [`needed: ${wanted}`]),
    ...ways.map((way, index) => `${paint.dim(index === 0 ? "fix:" : " or:")} ${way}`),
  ];
}

function verdict(findings: readonly CheckResult[], next: string, paint: Paint): string {
  const faults = findings.filter(({ state }) => state === "fault").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  if (faults > 0) {
    return `${paint.red(count(faults, "fault"))}: fix from the top, then \`doks-env doctor\` again`;
  }
  return warnings > 0
    ? `${paint.yellow(count(warnings, "warning"))}, no faults; next: ${paint.bold(next)}`
    : `${paint.green("no faults;")} next: ${paint.bold(next)}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
