import { fenced, folded, joined, plain, SEPARATOR } from "../terminal/markdown";
import type { Diagnosis, Finding } from "./diagnosis";
import {
  byObject,
  eventLine,
  headline,
  logTitle,
  type ObjectFindings,
  omissions,
} from "./diagnosis-words";

/** GitHub takes 65,536 characters for a comment; some are left for what stands around this. */
const MOST_CHARACTERS = 60_000;
/** Kept for the note of what was left out. */
const NOTE_CHARACTERS = 200;

/**
 * A diagnosis for a comment on a pull request: what is wrong and how to fix it and, folded, what is known of it. Nothing
 * that the cluster says breaks the page or calls anybody.
 *
 * @param mostCharacters - at least 1,000; details are left out before findings, and the last before the first
 */
export function diagnosisMarkdown(diagnosis: Diagnosis, mostCharacters = MOST_CHARACTERS): string {
  const head = [`### ${plain(headline(diagnosis))}`];
  const tail = omissions(diagnosis).map((sentence) => `_${plain(sentence)}_`);
  const entries = byObject(diagnosis).flatMap((object) => entriesOf(object, diagnosis));

  let room = mostCharacters - NOTE_CHARACTERS - joined([...head, ...tail]).length;
  const takes = (block: string): boolean => {
    const fits = block.length + SEPARATOR.length <= room;
    room -= fits ? block.length + SEPARATOR.length : 0;
    return fits;
  };
  const end = entries.findIndex(({ brief }) => !takes(brief));
  const shown = end < 0 ? entries : entries.slice(0, end);
  const blocks = shown.map(({ brief, details }) => ({
    brief,
    details: details !== "" && takes(details) ? details : "",
    isCut: details !== "",
  }));
  const cutDetails = blocks.filter(({ details, isCut }) => isCut && details === "").length;
  return `${joined([
    ...head,
    ...blocks.flatMap(({ brief, details }) => [brief, details]),
    ...tail,
    cutNote(entries.length - shown.length, cutDetails),
  ])}\n`;
}

function cutNote(findings: number, details: number): string {
  const left = [
    ...(findings > 0 ? [`findings: ${findings}`] : []),
    ...(details > 0 ? [`details of findings: ${details}`] : []),
  ];
  return left.length > 0
    ? `_Left out to keep this short (\`doks-env diagnose\` shows all): ${left.join(", ")}._`
    : "";
}

interface Entry {
  readonly brief: string;
  readonly details: string;
}

/** The heading of an object stands with the first of its findings. */
function entriesOf(
  { kind, name, state, readiness, findings }: ObjectFindings,
  { takenAt }: Diagnosis,
): Entry[] {
  const about = [state, readiness].filter(Boolean).join(", ");
  return findings.map((finding, index) => ({
    brief: joined([
      index === 0 ? `#### ${kind} \`${name}\`: ${about}` : "",
      plain(finding.text),
      fixOf(finding),
    ]),
    details: detailsOf(finding, takenAt),
  }));
}

function fixOf({ likelyFix }: Finding): string {
  return likelyFix
    ? joined([
        `Likely fix: ${plain(likelyFix.text)}`,
        likelyFix.command === undefined ? "" : fenced([likelyFix.command], "sh"),
      ])
    : "";
}

function detailsOf({ facts, pods, events, logs }: Finding, takenAt: string): string {
  const known = [...facts, ...(pods.length > 1 ? [`pods: ${pods.join(", ")}`] : [])];
  const parts: [string, string][] = [
    ["what is known", known.map((fact) => `- ${plain(fact)}`).join("\n")],
    ["events", events.length > 0 ? fenced(events.map((event) => eventLine(event, takenAt))) : ""],
    [
      "logs",
      joined(
        logs.map((log) =>
          joined([plain(logTitle(log)), log.lines.length > 0 ? fenced(log.lines) : ""]),
        ),
      ),
    ],
  ];
  const there = parts.filter(([, text]) => text !== "");
  return there.length === 0
    ? ""
    : folded(
        there.map(([title]) => title).join(", "),
        there.map(([, text]) => text),
      );
}
