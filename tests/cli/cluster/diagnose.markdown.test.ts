import fc from "fast-check";
import { diagnosisMarkdown } from "../../../cli/cluster/diagnose.markdown";
import type { Diagnosis, Finding } from "../../../cli/cluster/diagnosis";
import { CRASH, DIAGNOSIS, WELL } from "./support/diagnosis";

const withFindings = (...findings: Finding[]): Diagnosis => ({ ...WELL, findings });

/** What stands between the fences of the blocks of code; fails when a fence is not closed. */
function codeBlocks(markdown: string): string[] {
  const blocks: string[] = [];
  let open: { fence: string; lines: string[] } | undefined;
  for (const line of markdown.split("\n")) {
    const run = /^(`{3,})/.exec(line)?.[1];
    if (open === undefined && run !== undefined) {
      open = { fence: run, lines: [] };
    } else if (
      open !== undefined &&
      /^`+\s*$/.test(line) &&
      line.trim().length >= open.fence.length
    ) {
      blocks.push(open.lines.join("\n"));
      open = undefined;
    } else {
      open?.lines.push(line);
    }
  }
  expect(open).toBeUndefined();
  return blocks;
}

describe("diagnosisMarkdown", () => {
  it("shows failures with their fixes, and folds the details", () => {
    expect(
      diagnosisMarkdown(DIAGNOSIS),
    ).toBe(`### 2 of 3 workloads of namespace alice-dev are not ready

#### Deployment \`web\`: failed, 1 of 3 ready

2 of 3 pods: container "server" keeps ending with exit code 1

Likely fix: find the cause in its last log lines, and fix it in the overlay or in the image

\`\`\`sh
doks-env up alice-dev --image web=<image>
\`\`\`

<details><summary>facts, events, logs</summary>

- it was restarted 4 times
- Service "web" has no ready pod
- pods: web-1, web-2

\`\`\`text
Pod/web-1: BackOff, 8 times, last 10s ago: Back-off restarting failed container server
\`\`\`

log of container "server" in pod web-1, before its last restart

\`\`\`text
listening on :8080
panic: no such host db
\`\`\`

no log of container "server" in pod web-1: it wrote nothing

</details>

1 of 3 pods: no node takes it: 0/2 nodes are available: 2 Insufficient cpu

Likely fix: use more nodes, or request less in the overlay

\`\`\`sh
doks-env up alice-dev --set nodeCount=<more>
\`\`\`

#### Job \`migrate\`: progressing, 0 of 1 ready

0 of 1 pods have completed

#### Service \`db\`: failed

it selects pods with app=dbb, and no workload has such pods

Likely fix: ask a colleague

_2 more findings are not shown_

_not judged: Node objects may not be listed with this credential_
`);
  });

  it("is one heading when all is well", () => {
    expect(diagnosisMarkdown(WELL)).toBe("### all 3 workloads of namespace alice-dev are ready\n");
  });

  it("keeps logs with backticks in their blocks", () => {
    const lines = ["```", "# not a heading", "````` and more", "</details>"];
    const [log] = CRASH.logs;
    const markdown = diagnosisMarkdown(
      withFindings({
        ...CRASH,
        logs: [{ pod: "p", container: "c", run: "current", ...log, lines }],
      }),
    );
    expect(codeBlocks(markdown)).toContain(lines.join("\n"));
  });

  it("escapes markup and mentions in messages", () => {
    const text = "see @acme/team, #12: <img src=x> **bold** [link](http://x) `code` | a_b_c &amp;";
    expect(diagnosisMarkdown(withFindings({ ...CRASH, text }))).toContain(
      "\nsee @&#8203;acme/team, #&#8203;12: &lt;img src=x\\> \\*\\*bold\\*\\* \\[link\\]\\(http://x\\) \\`code\\` \\| a\\_b\\_c &amp;amp;\n",
    );
  });

  it("omits details before findings, the last first, and notes it", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...CRASH, name: `web-${index}` }));
    const without = (max: number) => {
      const markdown = diagnosisMarkdown(withFindings(...many), max);
      expect(markdown.length).toBeLessThanOrEqual(max);
      codeBlocks(markdown);
      return {
        findings: markdown.match(/^#### /gm)?.length ?? 0,
        details: markdown.match(/<details>/g)?.length ?? 0,
        note: /^_Omitted.*_$/m.exec(markdown)?.[0],
      };
    };
    expect(without(60_000)).toEqual({ findings: 30, details: 30, note: undefined });
    const short = without(12_000);
    expect(short.findings).toBe(30);
    expect(short.details).toBeGreaterThan(0);
    expect(short.note).toBe(
      `_Omitted to keep this short (\`doks-env diagnose\` shows everything): details of findings: ${30 - short.details}._`,
    );
    const shorter = without(2_000);
    expect(shorter.findings).toBeGreaterThan(0);
    expect(shorter.note).toMatch(/: findings: \d+, details of findings: \d+\._$/);
  });

  it("never breaks a block and never exceeds its length for any cluster", () => {
    const words = fc.string({
      unit: fc.constantFrom("`", "~", "<", "@", "a", " ", "#", "\\"),
      maxLength: 40,
    });
    const finding = fc.record({ text: words, facts: fc.array(words), lines: fc.array(words) }).map(
      ({ text, facts, lines }): Finding => ({
        ...CRASH,
        text,
        facts,
        logs: [{ pod: "p", container: "c", run: "current", lines }],
      }),
    );
    fc.assert(
      fc.property(
        fc.array(finding, { maxLength: 8 }),
        fc.integer({ min: 1_000, max: 9_000 }),
        (findings, max) => {
          const markdown = diagnosisMarkdown(withFindings(...findings), max);
          const opened = markdown.match(/^<details>/gm)?.length ?? 0;
          const closed = markdown.match(/^<\/details>/gm)?.length ?? 0;
          codeBlocks(markdown);
          return markdown.length <= max && opened === closed;
        },
      ),
    );
  });
});
