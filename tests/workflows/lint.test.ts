/** Every workflow, and the shortest one that is wrong: a linter that finds nothing anywhere proves nothing. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const WORKFLOWS = join(ROOT, ".github/workflows");
const files = readdirSync(WORKFLOWS).filter((name) => /\.ya?ml$/.test(name));

/**
 * What actionlint says of a file, or of a text when the file is `-`, and whether it is content. Shell steps have tests
 * of their own.
 */
function lint(file: string, text?: string): { content: boolean; said: string } {
  const { error, status, stdout, stderr } = spawnSync(
    "actionlint",
    ["-no-color", "-shellcheck=", "-pyflakes=", file],
    { cwd: ROOT, input: text, encoding: "utf8" },
  );
  // 1 says that something was found, anything else that it did not run.
  if (error || (status !== 0 && status !== 1)) {
    throw error ?? new Error(`actionlint ended with ${String(status)}: ${stderr}`);
  }
  return { content: status === 0, said: stdout + stderr };
}

test.each(files)("actionlint finds nothing in %s", (name) => {
  expect(lint(join(WORKFLOWS, name))).toEqual({ content: true, said: "" });
});

// A tag can be moved to other code; what runs with our secrets is named by commit.
test.each(files)("every action that %s uses is pinned by commit", (name) => {
  const text = readFileSync(join(WORKFLOWS, name), "utf8");
  const uses = [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)/gm)].map(([, action = ""]) => action);
  expect(uses.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test("actionlint finds errors", () => {
  const wrong =
    "on: push\njobs: {test: {needs: build, runs-on: ubuntu-24.04, steps: [{run: 'true'}]}}\n";
  expect(lint("-", wrong)).toMatchObject({
    content: false,
    said: expect.stringContaining('needs job "build" which does not exist'),
  });
});
