import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { formatExports, quote } from "../exports";
import { type Workbench, workbench } from "./workbench";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

/** The value of a variable in a POSIX shell that evaluated the exports. */
function evaluated(exports: string, name: string, env: NodeJS.ProcessEnv = {}): string {
  const script = `eval "$EXPORTS"; sh -c 'printf %s "\${${name}-(unset)}"'`;
  return execFileSync("/bin/sh", ["-c", script], {
    env: { ...env, PATH: "/usr/bin:/bin", EXPORTS: exports },
    encoding: "utf8",
  });
}

test.each(["/home/o'neil/my checkout/$HOME`id`\\", "two\nlines", "", '"; rm -rf "$X"'])(
  "a shell reads back the value %j",
  (value) => {
    expect(evaluated(formatExports({ FOLDER: value }), "FOLDER")).toBe(value);
  },
);

test("a quoted text has no quote that is not escaped", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(quote(text).slice(1, -1).replaceAll(`'\\''`, "")).not.toContain("'");
      expect(quote(text).slice(1, -1).replaceAll(`'\\''`, "'")).toBe(text);
    }),
  );
});

test("a secret is read by the shell and not printed", () => {
  const contentOf = bench.write("it's here/token", "dop_v1_secret\n");
  const exports = formatExports({ TOKEN: { contentOf } });
  expect(exports).not.toContain("dop_v1_secret");
  expect(evaluated(exports, "TOKEN")).toBe("dop_v1_secret");
});

test("a variable without value is unset", () => {
  const exports = formatExports({ DIGITALOCEAN_ACCESS_TOKEN: undefined });
  const env = { DIGITALOCEAN_ACCESS_TOKEN: "of a real account" };
  expect(evaluated(exports, "DIGITALOCEAN_ACCESS_TOKEN", env)).toBe("(unset)");
});
