import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ClientReadableStream, credentials, type ServiceError } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/language_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { dependencies } from "../../package.json";
import { bundlePlugin, type RunningPlugin, startPlugin } from "../protocol/support/plugin-process";
import { failureOf } from "../protocol/support/provider-client";

jest.setTimeout(60_000);

const ENGINE_ADDRESS = "127.0.0.1:1";

/** Stands in for the SDK's runner: says how it was started. */
const RUNNER = `
  const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT, PULUMI_NODEJS_TSCONFIG_PATH } = process.env;
  console.log(JSON.stringify({
    args: process.argv.slice(2), execArgv: process.execArgv,
    config: JSON.parse(PULUMI_CONFIG), secretKeys: JSON.parse(PULUMI_CONFIG_SECRET_KEYS),
    typescript: PULUMI_NODEJS_TYPESCRIPT, tsconfig: PULUMI_NODEJS_TSCONFIG_PATH,
  }));
`;

let scratch: string;
let executable: string;
let directory: string;
let host: RunningPlugin;
let client: LanguageRuntimeClient;
let printed: string;

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "language-host-")));
  executable = await bundlePlugin("language-nodejs", scratch);
});

beforeEach(async () => {
  directory = mkdtempSync(join(scratch, "project-"));
  host = await startPlugin(executable, ENGINE_ADDRESS);
  printed = "";
  host.process.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  client = new LanguageRuntimeClient(`127.0.0.1:${host.port}`, credentials.createInsecure());
});

afterEach(async () => {
  client.close();
  host.process.kill("SIGKILL");
  await host.ended;
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function write(path: string, content: string | object): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

function installPackage(path: string, manifest: object): void {
  write(`${path}/package.json`, manifest);
}

function installRunner(script: string): void {
  installPackage("node_modules/@pulumi/pulumi", { name: "@pulumi/pulumi", version: "3.0.0" });
  write("node_modules/@pulumi/pulumi/cmd/run/index.js", script);
}

function info(options = {}): messages.ProgramInfo {
  return new messages.ProgramInfo()
    .setRootDirectory(directory)
    .setProgramDirectory(directory)
    .setEntryPoint(".")
    .setOptions(Struct.fromJavaScript(options));
}

function answer<T>(
  call: (done: (error: ServiceError | null, answer: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

function run(request = new messages.RunRequest(), options = {}) {
  return answer<messages.RunResponse>((done) =>
    client.run(request.setInfo(info(options)), done),
  ).then((response) => response.toObject());
}

describe("the packages a program needs", () => {
  function required() {
    const request = new messages.GetRequiredPackagesRequest().setInfo(info());
    return answer<messages.GetRequiredPackagesResponse>((done) =>
      client.getRequiredPackages(request, done),
    ).then((response) =>
      response
        .getPackagesList()
        .map((found) => [found.getKind(), found.getName(), found.getVersion(), found.getServer()])
        .sort(),
    );
  }

  test("are those of its installed packages that are the SDK of a plugin", async () => {
    installRunner("");
    installPackage("node_modules/@pulumi/command", {
      name: "@pulumi/command",
      version: "1.2.1",
      pulumi: { resource: true, name: "command" },
    });
    installPackage("node_modules/@pulumi/random", {
      name: "@pulumi/random",
      version: "4.0.0",
      pulumi: { resource: true },
    });
    installPackage("node_modules/third-party", {
      name: "third-party",
      version: "1.0.0",
      pulumi: { resource: true, name: "other", version: "v9.0.0", server: "https://example.com" },
    });
    installPackage("node_modules/@pulumi/component", {
      name: "@pulumi/component",
      version: "1.0.0",
      pulumi: { resource: false, name: "component" },
    });
    installPackage("node_modules/third-party/node_modules/@pulumi/random", {
      name: "@pulumi/random",
      version: "3.0.0",
      pulumi: { resource: true },
    });
    expect(await required()).toEqual([
      ["resource", "command", "v1.2.1", ""],
      ["resource", "other", "v9.0.0", "https://example.com"],
      ["resource", "random", "v3.0.0", ""],
      ["resource", "random", "v4.0.0", ""],
    ]);
  });

  test("are found behind links, each once, and in circles", async () => {
    installPackage("packages/mine", {
      name: "mine",
      version: "1.0.0",
      pulumi: { resource: true, name: "mine" },
    });
    mkdirSync(join(directory, "node_modules"));
    mkdirSync(join(directory, "packages/mine/node_modules"));
    symlinkSync("../packages/mine", join(directory, "node_modules/mine"));
    symlinkSync("../packages/mine", join(directory, "node_modules/again"));
    symlinkSync("../..", join(directory, "packages/mine/node_modules/project"));
    write("package.json", { name: "project" });
    expect(await required()).toEqual([["resource", "mine", "v1.0.0", ""]]);
  });

  test("are none before anything is installed", async () => {
    expect(await required()).toEqual([]);
  });

  test("fails for a plugin that has no name", async () => {
    installPackage("node_modules/nameless", {
      name: "nameless",
      version: "1.0.0",
      pulumi: { resource: true },
    });
    expect((await failureOf(required())).details).toContain('"nameless" lacks pulumi.name');
  });
});

describe("running a program", () => {
  test("starts the SDK's runner with all options", async () => {
    installRunner(RUNNER);
    const request = new messages.RunRequest()
      .setProject("shop")
      .setStack("alice-dev")
      .setOrganization("organization")
      .setParallel(8)
      .setDryrun(true)
      .setMonitorAddress("127.0.0.1:2")
      .setArgsList(["extra"])
      .setConfigsecretkeysList(["shop:token"]);
    request.getConfigMap().set("shop:region", "fra1").set("shop:config:old", "1");
    const options = { nodeargs: "--no-warnings --title='my program'", tsconfig: "ts.json" };

    expect(await run(request, options)).toEqual({ error: "", bail: false });
    expect(JSON.parse(printed.split("\n").slice(-2)[0] ?? "")).toEqual({
      args: [
        ...["--monitor", "127.0.0.1:2", "--engine", ENGINE_ADDRESS],
        ...["--organization", "organization", "--project", "shop", "--root-directory", directory],
        ...["--stack", "alice-dev", "--pwd", directory, "--parallel", "8", "--dry-run"],
        ...[".", "extra"],
      ],
      execArgv: ["--no-warnings", "--title=my program"],
      config: { "shop:config:region": "fra1", "shop:config:old": "1" },
      secretKeys: ["shop:token"],
      typescript: "true",
      tsconfig: "ts.json",
    });
  });

  test("starts without TypeScript if the project disables it", async () => {
    installRunner(RUNNER);
    await run(undefined, { typescript: false });
    expect(printed).not.toContain('"typescript"');
  });

  test("fails when the program does", async () => {
    installRunner("process.exit(3)");
    expect(await run()).toEqual({
      error: "Program exited with non-zero exit code: 3",
      bail: false,
    });
  });

  test("prints no further message after the program's error", async () => {
    installRunner("process.exit(32)");
    expect(await run()).toEqual({ error: "", bail: true });
  });

  test("fails when a signal ends the program", async () => {
    installRunner("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)");
    expect(await run()).toEqual({
      error: "Program exited with non-zero exit code: -1",
      bail: false,
    });
  });

  test("fails with a fix when the SDK is not installed", async () => {
    expect((await failureOf(run())).details).toMatch(
      /SDK is not installed .*\n {2}fix: run `pulumi install`/,
    );
  });

  test.each([
    [{ typescript: "yes" }, "typescript must be a boolean"],
    [{ nodeargs: 1 }, "nodeargs must be a string"],
    [{ tsconfig: true }, "tsconfig must be a string"],
    [{ packagemanager: "pnpm" }, "knows npm only"],
  ])("fails for the options %j", async (options, message) => {
    installRunner("");
    expect((await failureOf(run(undefined, options))).details).toContain(message);
  });

  test.each([
    ["in order", "process.on('SIGINT', () => process.exit(0))", ""],
    ["not at all", "", "Program exited with non-zero exit code: -1"],
  ])("is interrupted when the update is cancelled, and ends %s", async (_, trap, error) => {
    installRunner(`${trap}; setInterval(() => {}, 1000); console.log("running")`);
    const ended = run();
    await untilPrinted("running");
    await answer<Empty>((done) => client.cancel(new Empty(), done));
    expect(await ended).toEqual({ error, bail: false });
  });

  test("the program ends with the host", async () => {
    installRunner('setInterval(() => {}, 1000); console.log("pid=" + process.pid)');
    const ended = failureOf(run());
    await untilPrinted("pid=");
    const pid = Number(/pid=(\d+)/.exec(printed)?.[1]);
    host.process.stdin.end();
    expect(await host.ended).toBe(0);
    await ended;
    await until(() => !isAlive(pid));
  });
});

test("lists the packages a program has, its own or all", async () => {
  write("package.json", { dependencies: { a: "^1.0.0" }, devDependencies: { "@s/b": "2" } });
  installPackage("node_modules/a", { name: "a", version: "1.2.0" });
  installPackage("node_modules/@s/b", { name: "@s/b", version: "2.0.0" });
  installPackage("node_modules/c", { name: "c", version: "3.0.0" });
  const list = async (transitive: boolean) => {
    const request = new messages.GetProgramDependenciesRequest()
      .setInfo(info())
      .setTransitivedependencies(transitive);
    const response = await answer<messages.GetProgramDependenciesResponse>((done) =>
      client.getProgramDependencies(request, done),
    );
    return response
      .getDependenciesList()
      .map((found) => `${found.getName()}@${found.getVersion()}`)
      .sort();
  };
  expect(await list(false)).toEqual(["@s/b@2.0.0", "a@1.2.0"]);
  expect(await list(true)).toEqual(["@s/b@2.0.0", "a@1.2.0", "c@3.0.0"]);
});

test("reports its version", async () => {
  const about = await answer<messages.AboutResponse>((done) =>
    client.about(new messages.AboutRequest().setInfo(info()), done),
  );
  expect(about.getVersion()).toBe(process.version);
  expect(about.getMetadataMap().get("packagemanager")).toBe("npm");
  const version = await answer<{ getVersion(): string }>((done) =>
    client.getPluginInfo(new Empty(), done),
  );
  expect(version.getVersion()).toBe(dependencies["@pulumi/pulumi"]);
});

describe("installing dependencies", () => {
  function install(): Promise<string> {
    const stream: ClientReadableStream<messages.InstallDependenciesResponse> =
      client.installDependencies(new messages.InstallDependenciesRequest().setInfo(info()));
    let output = "";
    stream.on("data", (chunk: messages.InstallDependenciesResponse) => {
      output += Buffer.from(chunk.getStdout_asU8()).toString();
      output += Buffer.from(chunk.getStderr_asU8()).toString();
    });
    return new Promise((resolve, reject) => {
      stream.once("end", () => resolve(output));
      stream.once("error", reject);
    });
  }

  test("installs them with npm", async () => {
    write("package.json", { name: "project", dependencies: { local: "file:./local" } });
    write("local/package.json", { name: "local", version: "1.0.0" });
    await install();
    const request = new messages.GetProgramDependenciesRequest().setInfo(info());
    const response = await answer<messages.GetProgramDependenciesResponse>((done) =>
      client.getProgramDependencies(request, done),
    );
    expect(response.getDependenciesList().map((found) => found.getName())).toEqual(["local"]);
  });

  test("fails when npm does", async () => {
    write("package.json", "this is not JSON");
    expect((await failureOf(install())).details).toContain("npm install failed with exit code");
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: there is no such process.
    return false;
  }
}

function untilPrinted(text: string): Promise<void> {
  return until(() => printed.includes(text));
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`waited ten seconds in vain; the host printed ${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
