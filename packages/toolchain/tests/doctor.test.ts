import { checkNode, checkTool } from "../doctor-checks";
import { formatChecks, type ToolCheck } from "../tool-checks";
import { pinOf, type Workbench, workbench } from "./workbench";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

const ok: ToolCheck = { subject: "make", found: "GNU Make 4.3", wanted: "GNU make", state: "ok" };

test("the report is a table, with each fault's remedy and the verdict below", () => {
  const node = checkNode("18.20.1");
  expect(formatChecks([ok, node])).toBe(
    [
      "             NEEDED    FOUND",
      "ok     make  GNU make  GNU Make 4.3",
      "fault  node  >= 20     18.20.1",
      "",
      "node: 18.20.1",
      "  fix: install Node.js 20 or later",
      "1 fault to fix",
      "",
    ].join("\n"),
  );
});

test("a missing tool that will be installed is not a fault", () => {
  const later: ToolCheck = {
    subject: "emulator",
    found: "not running",
    wanted: "",
    state: "later",
  };
  expect(formatChecks([ok, later])).toMatch(/\nnothing is wrong\n$/);
});

test.each(["20.0.0", "22.3.1", "24.0.0"])("Node %s is accepted", (version) => {
  expect(checkNode(version).state).toBe("ok");
});

test("names a skipped binary on PATH", async () => {
  const file = bench.executable("bin/kubectl", "echo Client Version: v1.32.4");
  const finding = await checkTool(pinOf("kubectl"), undefined, bench.context);
  expect(finding).toMatchObject({
    state: "later",
    wanted: "1.35.4 (within one minor)",
    found: expect.stringContaining(`${file} is 1.32.4`),
  });
});
