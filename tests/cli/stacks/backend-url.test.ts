import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { backendUrl } from "../../../cli/stacks/backend-url";

let folder: string;
let project: string;
/** An environment whose pulumi was never logged in. */
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backend-url-"));
  project = join(folder, "my project");
  env = { PULUMI_HOME: join(folder, "home") };
  mkdirSync(project);
  mkdirSync(join(folder, "home"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function logIn(credentials: string, home = "home"): void {
  mkdirSync(join(folder, home), { recursive: true });
  writeFileSync(join(folder, home, "credentials.json"), credentials);
}

function nameInProject(url: string): void {
  writeFileSync(
    join(project, "Pulumi.yaml"),
    `name: shop\nruntime: nodejs\nbackend:\n  url: ${url}\n`,
  );
}

describe("the backend is", () => {
  it("Pulumi Cloud by default", () => {
    expect(backendUrl(env, project)).toBe("https://api.pulumi.com");
    expect(backendUrl({ ...env, PULUMI_API: "https://api.example.com" }, project)).toBe(
      "https://api.example.com",
    );
  });

  it("the backend of the last login", () => {
    logIn('{"current":"s3://of-login","accessTokens":{"s3://of-login":""}}');
    expect(backendUrl({ ...env, PULUMI_API: "https://api.example.com" }, project)).toBe(
      "s3://of-login",
    );
  });

  it("the project's before the login's", () => {
    logIn('{"current":"s3://of-login"}');
    nameInProject("s3://of-project");
    expect(backendUrl(env, project)).toBe("s3://of-project");
  });

  it("the environment's before all others", () => {
    nameInProject("s3://of-project");
    expect(backendUrl({ ...env, PULUMI_BACKEND_URL: "gs://of-env" }, project)).toBe("gs://of-env");
    expect(backendUrl({ ...env, PULUMI_BACKEND_URL: "" }, project)).toBe("s3://of-project");
  });

  it("found without a project, too", () => {
    rmSync(join(project, "Pulumi.yaml"));
    logIn('{"current":"s3://of-login"}');
    expect(backendUrl(env, project)).toBe("s3://of-login");
  });
});

describe("the login", () => {
  it("is read from PULUMI_CREDENTIALS_PATH before PULUMI_HOME", () => {
    logIn('{"current":"s3://of-home"}');
    logIn('{"current":"s3://of-path"}', "credentials");
    const withPath = { ...env, PULUMI_CREDENTIALS_PATH: join(folder, "credentials") };
    expect(backendUrl(withPath, project)).toBe("s3://of-path");
  });

  it.each(["", "{}", '{"accessTokens":{}}'])("is undefined in %j", (credentials) => {
    logIn(credentials);
    expect(backendUrl(env, project)).toBe("https://api.pulumi.com");
  });

  it.each([
    ['{"$pulumiSecureStore":1,"backend":"keychain","data":"c3RhdGU="}', "it is encrypted"],
    ['{"current":"s3://st', "it is not valid JSON"],
  ])("is an error when it cannot be read: %s", (credentials, reason) => {
    logIn(credentials);
    expect(() => backendUrl(env, project)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`: ${reason}`),
        fix: expect.stringContaining("export PULUMI_BACKEND_URL=<url>"),
      }),
    );
  });
});

describe("the URL of a folder", () => {
  const of = (url: string) => backendUrl({ ...env, PULUMI_BACKEND_URL: url }, project);
  const home = userInfo().homedir;

  it.each([
    ["file:///srv/state", "file:///srv/state"],
    ["file:///srv/state/../other", "file:///srv/other"],
    ["file:///srv/my state", "file:///srv/my%20state"],
    ["file:///srv/my%20state", "file:///srv/my%20state"],
    ["file:///srv/state?no_tmp_dir=true", "file:///srv/state?no_tmp_dir=true"],
    ["file://~", `file://${home}`],
    ["file://~/state", `file://${home}/state`],
  ])("%s is %s", (url, expected) => {
    expect(of(url)).toBe(expected);
  });

  it.each([
    ["file://.", ""],
    ["file://./state", "/state"],
    ["file://state", "/state"],
  ])("%s is relative to the project", (url, below) => {
    expect(of(url)).toBe(`file://${folder}/my%20project${below}`);
  });

  it("is refused when it is not valid", () => {
    expect(() => of("file:///100%")).toThrow("file:///100% is not a valid URL");
  });
});
