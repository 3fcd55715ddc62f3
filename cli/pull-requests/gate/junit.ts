import { hasPassed, type TestResult } from "./test-result";

/**
 * Returns results as JUnit XML, in the dialect that CI systems read.
 *
 * @see https://github.com/testmoapp/junitxml
 * @param stack - the tested environment
 */
export function junitXml(stack: string, results: readonly TestResult[], startedAt: Date): string {
  const errors = results.filter(({ outcome }) => outcome === "not run").length;
  const failures = results.filter((result) => !hasPassed(result)).length - errors;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const counts = attributes({
    tests: results.length,
    failures,
    errors,
    time: seconds.toFixed(3),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${counts}>`,
    `  <testsuite${attributes({ name: stack })}${counts}${attributes({ timestamp: startedAt.toISOString() })}>`,
    ...results.map((result) => testCase(stack, result)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(stack: string, result: TestResult): string {
  const { name, seconds, outcome, reason = outcome, output } = result;
  const kind = outcome === "not run" ? "error" : "failure";
  return [
    `    <testcase${attributes({ classname: stack, name, time: seconds.toFixed(3) })}>`,
    ...(hasPassed(result)
      ? []
      : [`      <${kind}${attributes({ message: reason, type: outcome })}/>`]),
    ...(output.length === 0 ? [] : [`      <system-out>${xml(output.join("\n"))}</system-out>`]),
    "    </testcase>",
  ].join("\n");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join("");
}

/** XML 1.0 has no way to write most control characters. @see https://www.w3.org/TR/xml/#charsets */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
