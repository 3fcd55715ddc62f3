import { PINS, type Pin } from "../pins";
import { ensureTools, findTool } from "../tools";
import { pinOf, type Workbench, workbench } from "./workbench";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

function inCache({ name, version }: Pin): string {
  return bench.executable(`cache/tools/${name}/${version}/${name}`, "true");
}

test("uses a binary on PATH with a suitable version", async () => {
  const file = bench.executable("bin/kubectl", "echo Client Version: v1.34.1");
  const tool = await findTool(pinOf("kubectl"), bench.context);
  expect(tool).toMatchObject({ file, version: "1.34.1", origin: "PATH" });
});

test("skips an unsuitable version on PATH in favour of the cache", async () => {
  bench.executable("bin/kubectl", "echo Client Version: v1.32.4");
  const file = inCache(pinOf("kubectl"));
  const tool = await findTool(pinOf("kubectl"), bench.context);
  expect(tool).toMatchObject({ file, version: "1.35.4", origin: "build" });
});

test("skips a binary on PATH that does not print its version", async () => {
  bench.executable("bin/etcd", "exit 1");
  await expect(findTool(pinOf("etcd"), bench.context)).resolves.toBeUndefined();
});

test("builds nothing when everything exists", async () => {
  bench.executable("bin/go", "echo must not be called >&2; exit 1");
  const files = PINS.map(inCache);
  const tools = await ensureTools(bench.context);
  expect(tools.map(({ file }) => file)).toEqual(files);
  expect(bench.said).toEqual([]);
});
