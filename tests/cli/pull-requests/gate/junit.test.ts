import { junitXml } from "../../../../cli/pull-requests/gate/junit";

const STARTED = new Date("2026-11-23T12:00:00Z");

describe("JUnit XML", () => {
  it("lists each test with its time, and why it has not passed", () => {
    const xml = junitXml(
      "pr-7-ci",
      [
        { name: "browse", outcome: "passed", seconds: 1.25, output: ["all well"] },
        { name: "buy", outcome: "failed", seconds: 2, reason: "exit code 1", output: [] },
        {
          name: "slow",
          outcome: "timed out",
          seconds: 60,
          reason: "not done after 1m",
          output: [],
        },
        { name: "lost", outcome: "not run", seconds: 0, reason: "ENOENT", output: [] },
      ],
      STARTED,
    );
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="2" errors="1" time="63.250">
  <testsuite name="pr-7-ci" tests="4" failures="2" errors="1" time="63.250" timestamp="2026-11-23T12:00:00.000Z">
    <testcase classname="pr-7-ci" name="browse" time="1.250">
      <system-out>all well</system-out>
    </testcase>
    <testcase classname="pr-7-ci" name="buy" time="2.000">
      <failure message="exit code 1" type="failed"/>
    </testcase>
    <testcase classname="pr-7-ci" name="slow" time="60.000">
      <failure message="not done after 1m" type="timed out"/>
    </testcase>
    <testcase classname="pr-7-ci" name="lost" time="0.000">
      <error message="ENOENT" type="not run"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it("is valid XML for any output", () => {
    const output = ['<a href="x">&amp;</a> ]]>', "\u0000\u001b\uFFFF\uD800"];
    const xml = junitXml(
      "pr-7-ci",
      [{ name: "odd", outcome: "failed", seconds: 1, reason: '"quoted" <reason>', output }],
      STARTED,
    );
    expect(xml).toContain('message="&quot;quoted&quot; &lt;reason&gt;"');
    expect(xml).toContain(
      "<system-out>&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt; ]]&gt;\n\uFFFD\uFFFD\uFFFD\uFFFD</system-out>",
    );
  });
});
