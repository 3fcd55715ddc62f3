import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors";
import { buildTool } from "../go-build";
import type { Pin } from "../pins";
import { type Workbench, workbench } from "./workbench";

const PIN: Pin = {
  name: "etcd",
  version: "3.6.13",
  accepts: "exact",
  versionArguments: ["--version"],
  module: "etcd",
  modulePath: "go.etcd.io/etcd/server/v3",
  package: "go.etcd.io/etcd/server/v3",
  variables: { "main.version": "v3.6.13" },
};

let bench: Workbench;
let folder: string;
beforeEach(() => {
  bench = workbench();
  bench.write("checkout/packages/toolchain/modules/etcd/go.mod", "module x\n");
  folder = path.join(bench.context.places.cache, "tools/etcd/3.6.13");
});
afterEach(() => bench.remove());

async function buildError(): Promise<UserError> {
  try {
    await buildTool(PIN, bench.context);
  } catch (error) {
    if (error instanceof UserError) {
      return error;
    }
    throw error;
  }
  throw new Error("the build did not fail");
}

test("the binary is put in place, built in its module's folder from pinned modules without cgo", async () => {
  bench.executable(
    "bin/go",
    `for word; do case "$word" in -o=*) out="\${word#-o=}";; esac; done
     { pwd; echo "cgo $CGO_ENABLED"; printf '%s\\n' "$@"; } > "$out"`,
  );
  await buildTool(PIN, bench.context);
  const called = readFileSync(path.join(folder, "etcd"), "utf8");
  expect(called).toContain(
    path.join(bench.context.places.checkout, "packages/toolchain/modules/etcd\n"),
  );
  expect(called).toContain("cgo 0\n");
  expect(called).toContain("-mod=readonly\n");
  expect(called).toContain("-ldflags=-s -w -X main.version=v3.6.13\n");
  expect(called).toMatch(/\ngo\.etcd\.io\/etcd\/server\/v3\n$/);
  expect(readdirSync(folder)).toEqual(["etcd"]);
});

test.each([
  [
    "verifying module: checksum mismatch",
    "verifying its modules",
    /restore packages\/toolchain\/modules/,
  ],
  ["dial tcp: lookup proxy: no such host", "downloading its modules", /GOPROXY/],
  ["go: go.mod requires go >= 1.26 (running go 1.22.2)", "choosing the Go version", /install/],
  ["compile: writing output: no space left on device", "compiling it", /free 10 GB/],
  ["server.go:1: undefined: x", "compiling it", /put etcd 3\.6\.13 on PATH/],
])(
  "fails when go says %j: names the binary, the step, the fix and the log",
  async (says, step, fix) => {
    bench.executable("bin/go", `echo '${says}' >&2; exit 1`);
    const error = await buildError();
    expect(error.message).toContain(`building etcd 3.6.13 failed at ${step}`);
    expect(error.message).toContain(says);
    expect(error.fix).toMatch(fix);
    const log = path.join(bench.context.places.cache, "logs/etcd-3.6.13.log");
    expect(error.fix).toContain(log);
    expect(readFileSync(log, "utf8")).toContain(says);
    expect(existsSync(path.join(folder, "etcd"))).toBe(false);
  },
);

test("fails when go is missing, and names the package to install", async () => {
  const env = { ...bench.context.env, PATH: bench.bin };
  await expect(buildTool(PIN, { ...bench.context, env })).rejects.toMatchObject({
    message: expect.stringContaining("etcd 3.6.13"),
    fix: expect.stringContaining("install Go"),
  });
});
