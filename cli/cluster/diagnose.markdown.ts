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

/** GitHub accepts 65,536 characters in a comment; the rest is for the text around the diagnosis. */
const MOST_CHARACTERS = 60_000;
/** Reserved for the note about omissions. */
const NOTE_CHARACTERS = 200;

/**
 * Returns a diagnosis as Markdown for a comment on a pull request: problems and fixes, with details folded. Text from the cluster
 * is escaped, so that it can neither break the page nor mention a person.
 *
 * @param mostCharacters - at least 1,000; details are omitted before findings, the last ones first
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
    ? `_Omitted to keep this short (\`doks-env diagnose\` shows everything): ${left.join(", ")}._`
    : "";
}

interface Entry {
  readonly brief: string;
  readonly details: string;
}

/** Entries of an object's findings; the first one contains the object's heading. */
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
    ["facts", known.map((fact) => `- ${plain(fact)}`).join("\n")],
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
