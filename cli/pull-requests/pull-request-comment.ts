import { formatUsd } from "../../core/money/prices";
import { redact } from "../../core/redact";
import { diagnosisMarkdown } from "../cluster/diagnose.markdown";
import { RESOURCE_KINDS } from "../environments/receipt";
import { code, fenced, folded, joined, plain, SEPARATOR, tableOf } from "../terminal/markdown";
import { moment } from "../terminal/times";
import { hasPassed, type TestResult } from "./gate/test-result";
import type { Report, ReportState } from "./report";

/** GitHub takes 65,536 characters for a comment; some are for the line that marks it. */
const MOST_CHARACTERS = 65_000;
/** Less than that of a diagnosis says nothing. */
const LEAST_DIAGNOSIS = 1_000;
const LEFT_OUT = "_Some of it is left out to keep this short: the run's log has all._";
/** More rows would take the room of all else; those that failed come first then. */
const MOST_TESTS = 50;
/** The most of one test's output, in lines. */
const OUTPUT_LINES = 60;

const HEADLINES: Readonly<Record<ReportState, (stack: string) => string>> = {
  waiting: (stack) => `⏸️ ${stack} waits`,
  "coming up": (stack) => `⏳ ${stack} is coming up`,
  up: (stack) => `✅ ${stack} is up`,
  "tests failed": (stack) => `❌ ${stack} is up, and its tests have failed`,
  failed: (stack) => `❌ ${stack} is not up`,
  gone: (stack) => `🧹 ${stack} is gone`,
  "left behind": (stack) => `❌ ${stack} is not gone altogether`,
  none: (stack) => `${stack} is not there`,
};

export function headline({ stack, state }: Pick<Report, "stack" | "state">): string {
  return HEADLINES[state](stack);
}

/**
 * The comment on a pull request about its environment. Nothing that a cluster or a test says breaks the page or calls
 * anybody, and what looks like a secret is taken out. What is least needed is left out first when it gets too long.
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
    // The most that a page of details needs beside its own text.
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
    : `It is kept until ${moment(keptUntil)} at least, so that somebody can look.`;
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

function receipt({ receipt: told }: Report): string {
  if (told === undefined) {
    return "";
  }
  const rows = RESOURCE_KINDS.map((kind) => {
    const things = told.left.filter((thing) => thing.kind === kind);
    return [kind, [String(things.length), ...things.map(({ name }) => code(name))].join(" ")];
  });
  const cost =
    told.costSoFarUsd === undefined ? "" : `Estimated cost: ${formatUsd(told.costSoFarUsd)}`;
  const removals = told.left.map(({ removal }) => removal);
  const foreign = (told.foreign ?? []).map(({ removal }) => removal);
  return joined([
    tableOf(["DigitalOcean holds of it", ""], rows),
    cost,
    removals.length === 0 ? "" : fenced(removals, "sh"),
    foreign.length === 0
      ? ""
      : joined([
          "Clusters that are called the same and do not carry its id were not touched. The owner of one removes it with:",
          fenced(foreign, "sh"),
        ]),
  ]);
}

function failure({ failure: told }: Report): string {
  return told === undefined ? "" : fenced(redact(told.message).slice(0, 4_000).split("\n"));
}

/** @returns undefined when there is no room for it */
function diagnosis({ failure: told }: Report, room: number): string | undefined {
  if (told?.diagnosis === undefined || told.diagnosis.findings.length === 0) {
    return "";
  }
  return room < LEAST_DIAGNOSIS
    ? undefined
    : folded("what the cluster reports", [diagnosisMarkdown(told.diagnosis, room).trim()]);
}

function outputOf({ name, output }: TestResult): string {
  return output.length === 0
    ? ""
    : folded(`output of ${name}`, [fenced(output.slice(-OUTPUT_LINES))]);
}

function changes({ changes: told, previousCommit }: Report): string {
  if (told === undefined) {
    return "";
  }
  const since = previousCommit === undefined ? "last time" : `commit ${previousCommit.slice(0, 7)}`;
  const rows = told.map(({ image, from = "-", to = "-" }) => [
    code(image),
    code(short(from)),
    code(short(to)),
  ]);
  return folded(`changed since ${since}: ${told.length === 0 ? "no image" : told.length}`, [
    rows.length === 0 ? "" : tableOf(["image", "from", "to"], rows),
  ]);
}

function images({ images: told }: Report): string {
  return told.length === 0
    ? ""
    : folded(`images: ${told.length}`, [
        tableOf(
          ["image", "digest"],
          told.map(({ reference, digest }) => [
            code(reference),
            digest === undefined ? "" : code(digest),
          ]),
        ),
      ]);
}

function durations({ laps }: Report): string {
  return laps.length === 0 ? "" : folded("how long it took", [lapTable(laps)]);
}

/** A table of what took how long. */
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
/** Enough of a digest to tell it from another. */
const short = (version: string) => version.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]+/g, "$1");
