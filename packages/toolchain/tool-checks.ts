/** One line of the doctor's report. */
export interface ToolCheck {
  readonly subject: string;
  /** The tool and its location. */
  readonly found: string;
  /** The needed version. */
  readonly wanted: string;
  /** `later`: missing now, created when needed. `fault`: the user must fix it. */
  readonly state: "ok" | "later" | "fault";
  /** How to fix a fault. */
  readonly fix?: string;
}

const HEADER: ToolCheck = { subject: "", found: "FOUND", wanted: "NEEDED", state: "ok" };

/** The report: a table, the faults with their remedies, and the verdict in the last line. */
export function formatChecks(checks: readonly ToolCheck[]): string {
  const rows = [HEADER, ...checks];
  const width = (column: (check: ToolCheck) => string) =>
    Math.max(...rows.map((check) => column(check).length));
  const subjects = width(({ subject }) => subject);
  const needs = width(({ wanted }) => wanted);
  const table = rows.map(
    (row) =>
      `${(row === HEADER ? "" : row.state).padEnd(5)}  ${row.subject.padEnd(subjects)}  ${row.wanted.padEnd(needs)}  ${row.found}`,
  );
  const faults = checks.filter(({ state }) => state === "fault");
  const remedies = faults.map(({ subject, found, fix }) => `${subject}: ${found}\n  fix: ${fix}`);
  const verdict =
    faults.length === 0
      ? "nothing is wrong"
      : `${faults.length} ${faults.length === 1 ? "fault" : "faults"} to fix`;
  return `${[...table, "", ...remedies, verdict].join("\n")}\n`;
}
