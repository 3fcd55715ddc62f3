import { formatUsd } from "../../core/money/prices";
import { redact } from "../../core/redact";
import { diagnosisMarkdown } from "../cluster/diagnose.markdown";
import { RESOURCE_KINDS } from "../environments/receipt";
import { code, fenced, folded, joined, plain, SEPARATOR, tableOf } from "../terminal/markdown";
import { moment } from "../terminal/times";
import { hasPassed, type TestResult } from "./gate/test-result";
import type { Report, ReportState } from "./report";

/** GitHub accepts 65,536 characters in a comment; some are for the line that marks it. */
const MOST_CHARACTERS = 65_000;
/** Minimum length of a diagnosis: a shorter one does not help. */
const LEAST_DIAGNOSIS = 1_000;
const LEFT_OUT = "_Shortened; the run's log has the full text._";
/** Rows in the table of tests, to leave room for the rest; beyond it, failed tests come first. */
const MOST_TESTS = 50;
/** Lines shown of one test's output. */
const OUTPUT_LINES = 60;

const HEADLINES: Readonly<Record<ReportState, (stack: string) => string>> = {
  waiting: (stack) => `⏸️ ${stack} is waiting`,
  "coming up": (stack) => `⏳ ${stack} is coming up`,
  up: (stack) => `✅ ${stack} is up`,
  "tests failed": (stack) => `❌ ${stack} is up, and its tests have failed`,
  failed: (stack) => `❌ ${stack} is not up`,
  gone: (stack) => `🧹 ${stack} is gone`,
  "left behind": (stack) => `❌ ${stack} is not completely gone`,
  none: (stack) => `${stack} does not exist`,
};

export function headline({ stack, state }: Pick<Report, "stack" | "state">): string {
  return HEADLINES[state](stack);
}

/**
 * The comment on a pull request about its environment. Text from clusters and tests is escaped, so that it can neither break
 * the page nor mention a person; likely secrets are removed. When space runs out, the least important parts are omitted.
 *
 * @param mostCharacters - at least 5,000
 */
export function pullRequestComment(report: Report, mostCharacters = MOST_CHARACTERS): string {
  const fixed = [
    `### ${plain(headline(report))}`,
    introduction(report),
    facts(report),
    testTable(report.tests),
    receipt(report),
  ];
  let room = mostCharacters - joined(fixed).length - LEFT_OUT.length - 2 * SEPARATOR.length;
  let isCut = false;
  const takes = (block: string | undefined): string => {
    if (block === undefined || block.length + SEPARATOR.length > room) {
      isCut = true;
      return "";
    }
    room -= block.length + SEPARATOR.length;
    return block;
  };
  const rest = [
    takes(failure(report)),
    // 100 characters cover the markup of the folded block.
    takes(diagnosis(report, room - 100)),
    ...report.tests.filter((result) => !hasPassed(result)).map((result) => takes(outputOf(result))),
    takes(changes(report)),
    takes(images(report)),
    takes(durations(report)),
  ];
  return `${joined([...fixed, ...rest, isCut ? LEFT_OUT : ""])}\n`;
}

function introduction({ state, why, keptUntil }: Report): string {
  if (["waiting", "none", "gone", "left behind"].includes(state)) {
    return `${plain(sentence(why))}.`;
  }
  return keptUntil === undefined
    ? ""
    : `It is kept until at least ${moment(keptUntil)}, so that you can investigate.`;
}

function facts({ stack, state, commit, environment }: Report): string {
  const isThere = !["gone", "waiting", "none"].includes(state) && environment !== undefined;
  const { url, hosts = {}, pricePerHourUsd, costSoFarUsd, expiresAt } = environment ?? {};
  const price = [
    ...(pricePerHourUsd === undefined ? [] : [`${formatUsd(pricePerHourUsd, 4)} an hour`]),
    ...(costSoFarUsd === undefined ? [] : [`${formatUsd(costSoFarUsd)} so far`]),
  ].join(", ");
  const rows: [string, string | undefined][] = [
    ["commit", code(commit.slice(0, 7))],
    ...(isThere
      ? ([
          ["url", url && plain(url)],
          ...Object.entries(hosts).map(([name, at]) => [`url of ${code(name)}`, plain(at)]),
          ["price", price || undefined],
          ["expires", expiresAt && moment(expiresAt)],
          ["more time", code(`doks-env extend ${stack} 1d`)],
          ["kubectl", code(`export KUBECONFIG=$(doks-env kubeconfig ${stack})`)],
          ["take down", code(`doks-env down ${stack}`)],
        ] as [string, string | undefined][])
      : []),
  ];
  return tableOf(
    ["", ""],
    rows.filter((row): row is [string, string] => row[1] !== undefined),
  );
}

function testTable(tests: readonly TestResult[]): string {
  const failed = tests.filter((result) => !hasPassed(result));
  const shown = tests.length > MOST_TESTS ? [...failed, ...tests.filter(hasPassed)] : tests;
  const rows = shown
    .slice(0, MOST_TESTS)
    .map(({ name, outcome, seconds, reason = "" }) => [
      `${outcome === "passed" ? "✅" : "❌"} ${code(name)}`,
      outcome,
      time(seconds),
      plain(redact(oneLine(reason).slice(0, 300))),
    ]);
  const more = tests.length - rows.length;
  return rows.length === 0
    ? ""
    : joined([tableOf(["test", "", "time", ""], rows), more === 0 ? "" : `and ${more} more`]);
}

function receipt({ receipt: down }: Report): string {
  if (down === undefined) {
    return "";
  }
  const rows = RESOURCE_KINDS.map((kind) => {
    const things = down.left.filter((thing) => thing.kind === kind);
    return [kind, [String(things.length), ...things.map(({ name }) => code(name))].join(" ")];
  });
  const cost =
    down.costSoFarUsd === undefined ? "" : `Estimated cost: ${formatUsd(down.costSoFarUsd)}`;
  const removals = down.left.map(({ removal }) => removal);
  const foreign = (down.foreign ?? []).map(({ removal }) => removal);
  return joined([
    tableOf(["DigitalOcean still has", ""], rows),
    cost,
    removals.length === 0 ? "" : fenced(removals, "sh"),
    foreign.length === 0
      ? ""
      : joined([
          "Clusters with the same name but not the environment's id were not touched. Their owners remove them with:",
          fenced(foreign, "sh"),
        ]),
  ]);
}

function failure({ failure: error }: Report): string {
  return error === undefined ? "" : fenced(redact(error.message).slice(0, 4_000).split("\n"));
}

/** @returns undefined when there is no room for it */
function diagnosis({ failure: error }: Report, room: number): string | undefined {
  if (error?.diagnosis === undefined || error.diagnosis.findings.length === 0) {
    return "";
  }
  return room < LEAST_DIAGNOSIS
    ? undefined
    : folded("diagnosis of the cluster", [diagnosisMarkdown(error.diagnosis, room).trim()]);
}

function outputOf({ name, output }: TestResult): string {
  return output.length === 0
    ? ""
    : folded(`output of ${name}`, [fenced(output.slice(-OUTPUT_LINES))]);
}

function changes({ changes: changed, previousCommit }: Report): string {
  if (changed === undefined) {
    return "";
  }
  const since = previousCommit === undefined ? "last time" : `commit ${previousCommit.slice(0, 7)}`;
  const rows = changed.map(({ image, from = "-", to = "-" }) => [
    code(image),
    code(short(from)),
    code(short(to)),
  ]);
  return folded(`changed since ${since}: ${changed.length === 0 ? "no image" : changed.length}`, [
    rows.length === 0 ? "" : tableOf(["image", "from", "to"], rows),
  ]);
}

function images({ images: running }: Report): string {
  return running.length === 0
    ? ""
    : folded(`images: ${running.length}`, [
        tableOf(
          ["image", "digest"],
          running.map(({ reference, digest }) => [
            code(reference),
            digest === undefined ? "" : code(digest),
          ]),
        ),
      ]);
}

function durations({ laps }: Report): string {
  return laps.length === 0 ? "" : folded("how long it took", [lapTable(laps)]);
}

/** A table of the phases and their durations. */
export function lapTable(laps: Report["laps"]): string {
  const rows = laps.map(({ name, seconds, succeeded }) => [
    `${succeeded ? "✅" : "❌"} ${plain(name)}`,
    time(seconds),
  ]);
  return tableOf(["phase", "time"], rows);
}

const time = (seconds: number) => `${seconds.toFixed(1)} s`;
const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
/** Shortens digests to 12 digits, enough to distinguish them. */
const short = (version: string) => version.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]+/g, "$1");
