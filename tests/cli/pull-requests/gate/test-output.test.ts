import { TestOutput } from "../../../../cli/pull-requests/gate/test-output";

const TOKEN = `dop_v1_${"a".repeat(64)}`;

function outputOf(pieces: readonly string[], secrets: readonly string[] = []) {
  const told: string[] = [];
  const output = new TestOutput((line) => told.push(line), secrets);
  for (const piece of pieces) {
    output.take(piece);
  }
  output.end();
  return { told, kept: output.lines };
}

describe("a test's output", () => {
  it("is printed in whole lines", () => {
    expect(outputOf(["one\ntw", "o\r\nthr", "ee"]).told).toEqual(["one", "two", "three"]);
  });

  it("is free of colours and other control characters", () => {
    expect(outputOf(["\u001b[31mred\u001b[0m\u0007\tok\n"]).told).toEqual(["red\tok"]);
  });

  it("hides secrets, also in several pieces", () => {
    const { told, kept } = outputOf([TOKEN.slice(0, 20), `${TOKEN.slice(20)}\n`]);
    expect(told).toEqual(["[redacted]"]);
    expect(kept).toEqual(told);
  });

  it("hides the values of the test's variables", () => {
    expect(outputOf(["it is plain-word here\n"], ["plain-word"]).told).toEqual([
      "it is [redacted] here",
    ]);
  });

  it("hides a secret with several lines", () => {
    const key = ["-----BEGIN PRIVATE KEY-----", "MHcCAQEEIBAAKC", "-----END PRIVATE KEY-----"];
    expect(outputOf([`${key.join("\n")}\npassword:\n  hunter2\ndone\n`]).told).toEqual([
      ...["[redacted]", "password:", "  [redacted]", "done"],
    ]);
  });

  it("keeps the end and drops the first lines", () => {
    const { told, kept } = outputOf(Array.from({ length: 600 }, (_, index) => `${index}\n`));
    expect(told).toHaveLength(600);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([500, "100", "599"]);
  });

  it("is bounded when it has no lines", () => {
    const { kept } = outputOf(Array.from({ length: 300 }, () => "x".repeat(1_000)));
    expect(kept.join("").length).toBeLessThanOrEqual(64_000);
    expect(kept.join("").length).toBeGreaterThan(56_000);
  });
});
