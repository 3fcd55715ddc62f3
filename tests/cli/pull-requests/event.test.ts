import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventOf, stackOf } from "../../../cli/pull-requests/event";
import { UsageError } from "../../../cli/terminal/errors";
import { payloadOf } from "./support/payload";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "event-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NO_OPTIONS = { label: [] };
const SHA = "a".repeat(40);

/** What is made of an event that GitHub has written. */
function read(payload: unknown, name = "pull_request_target") {
  const path = join(folder, "event.json");
  writeFileSync(path, typeof payload === "string" ? payload : JSON.stringify(payload));
  return eventOf(NO_OPTIONS, { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path });
}

describe("an event of GitHub's", () => {
  it("contains the pull request", () => {
    expect(read(payloadOf({ action: "opened", number: 7, sha: SHA, labels: ["bug"] }))).toEqual({
      number: 7,
      commit: SHA,
      action: "opened",
      labels: ["bug"],
      isDraft: false,
      isFork: false,
      isClosed: false,
      repository: "acme/shop",
    });
  });

  it("contains the changed label, and whether it is a draft, closed, or from a fork", () => {
    const set = payloadOf({ action: "labeled", label: "bug", labels: ["bug"] });
    expect(read(set)).toMatchObject({ label: "bug", labels: ["bug"] });
    expect(read(payloadOf({ draft: true }))).toMatchObject({ isDraft: true });
    expect(read(payloadOf({ state: "closed" }))).toMatchObject({ isClosed: true });
    expect(read(payloadOf({ head: "mallory/shop" }))).toMatchObject({ isFork: true });
    expect(read(payloadOf({ head: null }))).toMatchObject({ isFork: true });
  });

  it.each([
    [payloadOf({}), "push", 'the event "push" does not concern a pull request'],
    [payloadOf({}), "", "no pull request was given"],
    ["{", "pull_request", "cannot be read"],
    [{ action: "opened" }, "pull_request", "cannot be read"],
    [payloadOf({ sha: "main; rm -rf /" }), "pull_request", "cannot be read"],
  ])("is refused when it is of another kind, or damaged", (payload, name, message) => {
    expect(() => read(payload, name)).toThrow(UsageError);
    expect(() => read(payload, name)).toThrow(message);
  });
});

describe("the command line", () => {
  it("contains the same facts, and takes precedence over an event", () => {
    const options = { pullRequest: "8", commit: SHA, draft: true, label: ["bug"] };
    expect(eventOf(options, { GITHUB_EVENT_NAME: "push" })).toEqual({
      number: 8,
      commit: SHA,
      labels: ["bug"],
      isDraft: true,
      isFork: false,
      isClosed: false,
    });
  });

  it.each([
    [{ pullRequest: "0", commit: SHA }, '"0" is not the number'],
    [{ pullRequest: "7;x", commit: SHA }, '"7;x" is not the number'],
    [{ pullRequest: "7" }, "needs --commit with all 40 digits, got none"],
    [{ pullRequest: "7", commit: "abc" }, 'got "abc"'],
  ])("is refused when it is wrong: %j", (options, message) => {
    expect(() => eventOf({ label: [], ...options }, {})).toThrow(UsageError);
    expect(() => eventOf({ label: [], ...options }, {})).toThrow(message);
  });
});

it("names the environment by the pull request's number", () => {
  expect(stackOf({ number: 123 })).toBe("pr-123-ci");
});
