import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { downloadTool, isServed } from "../download";
import type { Pin } from "../pins";
import { findTool } from "../tools";
import { pinOf, type Workbench, workbench } from "./workbench";

const BINARY = Buffer.from("#!/bin/sh\necho v1.35.4\n");

let bench: Workbench;
let server: Server;
let base: string;
let served: Record<string, Buffer>;
/** Answers after which the server has nothing any more. */
let breaksAfter: number;

beforeEach(async () => {
  bench = workbench();
  served = {};
  breaksAfter = Number.POSITIVE_INFINITY;
  server = createServer(({ url = "" }, response) => {
    const body = breaksAfter-- > 0 ? served[url] : undefined;
    response.writeHead(body ? 200 : 404);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  bench.remove();
});

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");
const release = (file: string, content = BINARY, archiveFolder?: string) => ({
  url: `${base}/${file}`,
  sha256: sha256(content),
  archiveFolder,
});
const folderOf = ({ name, version }: Pin) =>
  path.join(bench.context.places.cache, "tools", name, version);

test("an executable with the right checksum is installed and known as a download", async () => {
  served = { "/kube-apiserver": BINARY };
  const apiServer = pinOf("kube-apiserver");
  await expect(downloadTool(apiServer, bench.context, release("kube-apiserver"))).resolves.toBe(
    true,
  );
  const tool = await findTool(apiServer, bench.context);
  expect(tool?.origin).toBe("download");
  expect(execFileSync(tool?.file ?? "", { encoding: "utf8" })).toBe("v1.35.4\n");
});

test("an archive's executables are installed side by side", async () => {
  bench.executable("made/pulumi/pulumi", "echo v3.259.0");
  bench.executable("made/pulumi/pulumi-language-nodejs", "true");
  const made = path.join(bench.bin, "../made");
  const archive = execFileSync("tar", ["-cz", "-C", made, "pulumi"]);
  served = { "/pulumi.tar.gz": archive };
  const pulumi = pinOf("pulumi");
  await expect(
    downloadTool(pulumi, bench.context, release("pulumi.tar.gz", archive, "pulumi")),
  ).resolves.toBe(true);
  expect(readdirSync(folderOf(pulumi)).sort()).toEqual([
    "downloaded-from",
    "pulumi",
    "pulumi-language-nodejs",
  ]);
});

test("fails when the checksum differs: nothing is installed, and nothing built in its place", async () => {
  const kubectl = pinOf("kubectl");
  served = { "/kubectl": BINARY };
  const released = release("kubectl", Buffer.from("what was released"));
  await expect(downloadTool(kubectl, bench.context, released)).rejects.toThrow(
    /kubectl 1\.35\.4: verifying the download failed/,
  );
  expect(existsSync(folderOf(kubectl))).toBe(false);
  expect(readdirSync(path.dirname(folderOf(kubectl)))).toEqual([]);
});

test("a build follows an interrupted download", async () => {
  served = { "/kubectl": BINARY };
  breaksAfter = 1;
  await expect(downloadTool(pinOf("kubectl"), bench.context, release("kubectl"))).resolves.toBe(
    false,
  );
  expect(bench.said.at(-1)).toMatch(/it answered 404 .*building it instead/);
});

test("a host that does not answer is not a failure", async () => {
  await expect(isServed("http://127.0.0.1:1/plugin.tar.gz")).resolves.toBe(false);
  const nowhere = { ...release("kubectl"), url: "http://127.0.0.1:1/kubectl" };
  await expect(downloadTool(pinOf("kubectl"), bench.context, nowhere)).resolves.toBe(false);
});
