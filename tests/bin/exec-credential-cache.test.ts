import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type LocalServer, withServer } from "../helpers/local-server";
import { runNode } from "../helpers/run-node";
import {
  CLIENT_GO,
  credentials,
  Home,
  inSeconds,
  SCRIPT,
  statusIn,
  TOKEN,
} from "./support/exec-credential";

const home = new Home();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** An account that gives a credential, another one each time; it lives for an hour unless told otherwise. */
function withAccount(
  use: (server: LocalServer) => Promise<void>,
  lifeSeconds = 3600,
): Promise<void> {
  let given = 0;
  return withServer((_, response) => {
    given += 1;
    response.end(credentials({ token: `token-${given}`, expires_at: inSeconds(lifeSeconds) }));
  }, use);
}

/** Runs the plugin as a child of a process that does nothing else, as each kubectl is. */
function runFromOneKubectl(url: string) {
  const kubectl =
    "require('node:child_process').spawnSync(process.execPath, [process.argv[1], 'c-1'], {stdio: 'inherit'})";
  return runNode(["-e", kubectl, SCRIPT], {
    HOME: home.path,
    DIGITALOCEAN_API_URL: url,
    DIGITALOCEAN_TOKEN: TOKEN,
    ...CLIENT_GO,
  });
}

describe("the cache of exec-credential", () => {
  it("returns the same credential to the next command without a request, readable only by its owner", async () => {
    await withAccount(async ({ url, requests }) => {
      const first = await home.run(url);
      const second = await home.run(url);
      expect(second).toEqual({ exitCode: 0, stdout: first.stdout, stderr: "" });
      expect(statusIn(second)).toMatchObject({ token: "token-1" });
      expect(requests).toHaveLength(1);
      expect(modeOf(home.cache)).toBe("700");
      expect(modeOf(home.onlyKept())).toBe("600");
    });
  });

  it("contains neither the account's token nor names", async () => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      expect(home.keptText()).toContain("token-1");
      expect(home.keptText()).not.toContain(TOKEN);
      expect(home.onlyKept()).toMatch(/\/[0-9a-f]{64}$/);
    });
  });

  it.each([
    [301 + 60, 1],
    [299, 2],
  ])("of credentials that live for %d s, asks for %d in two commands", async (life, asked) => {
    await withAccount(async ({ url, requests }) => {
      await home.run(url);
      expect(await home.run(url)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(requests).toHaveLength(asked);
    }, life);
  });

  it("keeps a credential for at most an hour, regardless of its expiry", async () => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      const { usableUntil } = JSON.parse(readFileSync(home.onlyKept(), "utf8")) as {
        usableUntil: number;
      };
      expect(usableUntil).toBeLessThanOrEqual(Date.now() + 3600_000);
    }, 7 * 86_400);
  });

  it("requests a new credential after the expiry, and keeps it", async () => {
    await withAccount(async ({ url, requests }) => {
      await home.run(url);
      const file = home.onlyKept();
      const entry = JSON.parse(readFileSync(file, "utf8")) as object;
      writeFileSync(file, JSON.stringify({ ...entry, usableUntil: Date.now() - 1 }));
      expect(statusIn(await home.run(url))).toMatchObject({ token: "token-2" });
      expect(statusIn(await home.run(url))).toMatchObject({ token: "token-2" });
      expect(requests).toHaveLength(2);
      expect(home.onlyKept()).toBe(file);
    });
  });

  it.each<[string, string[], NodeJS.ProcessEnv]>([
    ["another cluster", ["c-2"], {}],
    ["another token", ["c-1"], { DIGITALOCEAN_TOKEN: "dop_v1_other" }],
  ])("separates credentials for %s", async (_, args, env) => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      expect(statusIn(await home.run(url, args, env))).toMatchObject({ token: "token-2" });
      expect(statusIn(await home.run(url))).toMatchObject({ token: "token-1" });
    });
  });

  it("separates credentials of another account", async () => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      await withAccount(async ({ url: other, requests }) => {
        await home.run(other);
        expect(requests).toHaveLength(1);
      });
    });
  });

  it.each<[string, (file: string) => void]>([
    ["empty", (file) => writeFileSync(file, "")],
    ["damaged", (file) => writeFileSync(file, readFileSync(file, "utf8").slice(0, 60))],
    ["of another form", (file) => writeFileSync(file, '{"usableUntil":9e99,"status":{}}')],
    ["readable by others", (file) => chmodSync(file, 0o644)],
    ["writable by its group", (file) => chmodSync(file, 0o620)],
    [
      "a link to a file elsewhere",
      (file) => {
        renameSync(file, join(home.path, "elsewhere"));
        symlinkSync(join(home.path, "elsewhere"), file);
      },
    ],
  ])("requests a credential when the file is %s, and repairs the file", async (_, spoil) => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      const file = home.onlyKept();
      spoil(file);
      const second = await home.run(url);
      expect(second).toMatchObject({ exitCode: 0, stderr: "" });
      expect(statusIn(second)).toMatchObject({ token: "token-2" });
      expect(modeOf(file)).toBe("600");
      expect(statusIn(await home.run(url))).toMatchObject({ token: "token-2" });
    });
  });

  // Only root can give a file away.
  (process.getuid?.() === 0 ? it : it.skip)("asks the API when the file is another's", async () => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      chownSync(home.onlyKept(), 1, 1);
      expect(statusIn(await home.run(url))).toMatchObject({ token: "token-2" });
      expect(statSync(home.onlyKept()).uid).toBe(0);
    });
  });

  it("removes other users' access to the folder", async () => {
    mkdirSync(home.cache, { recursive: true, mode: 0o755 });
    await withAccount(async ({ url }) => {
      await home.run(url);
      expect(modeOf(home.cache)).toBe("700");
    });
  });

  it("returns the credential, with a warning, when it cannot be cached", async () => {
    const file = join(home.path, "no-folder");
    writeFileSync(file, "");
    await withAccount(async ({ url }) => {
      const { exitCode, stdout, stderr } = await home.run(url, ["c-1"], { XDG_CACHE_HOME: file });
      expect(exitCode).toBe(0);
      expect(stdout).toContain("token-1");
      expect(stderr).toMatch(
        /^exec-credential: the credential cannot be cached, .*\n {2}fix: .*\n$/,
      );
      expect(stderr).not.toContain("token-1");
    });
  });

  it("works without HOME", async () => {
    // Too short to be kept: the home that the system knows is not this test's to write to.
    await withAccount(async ({ url }) => {
      for (const HOME of [undefined, "", "not/absolute"]) {
        expect(await home.run(url, ["c-1"], { HOME })).toMatchObject({ exitCode: 0, stderr: "" });
      }
    }, 60);
  });

  it("uses XDG_CACHE_HOME, unless it is relative", async () => {
    await withAccount(async ({ url }) => {
      await home.run(url, ["c-1"], { XDG_CACHE_HOME: "relative" });
      expect(home.kept()).toHaveLength(1);
      await home.run(url, ["c-1"], { XDG_CACHE_HOME: join(home.path, "xdg") });
      expect(modeOf(join(home.path, "xdg/ephemeral-doks/credentials"))).toBe("700");
      expect(home.kept()).toHaveLength(1);
    });
  });

  it("serves simultaneous commands, and leaves one complete file", async () => {
    await withAccount(async ({ url, requests }) => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => home.run(url)));
      expect(answers.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
        answers.map(() => ({ exitCode: 0, stderr: "" })),
      );
      const before = requests.length;
      expect(answers.map(({ stdout }) => stdout)).toContain((await home.run(url)).stdout);
      expect(requests).toHaveLength(before);
      expect(home.kept()).toHaveLength(1);
    });
  });

  it("deletes files older than an hour when it writes", async () => {
    mkdirSync(home.cache, { recursive: true });
    for (const [name, secondsAgo] of [
      ["a".repeat(64), 3700],
      [`${"a".repeat(64)}.0123456789abcdef`, 3700],
      ["b".repeat(64), 3500],
    ] as const) {
      const file = join(home.cache, name);
      writeFileSync(file, "{}", { mode: 0o600 });
      const time = Date.now() / 1000 - secondsAgo;
      utimesSync(file, time, time);
    }
    await withAccount(async ({ url }) => {
      await home.run(url);
      expect(home.kept()).toHaveLength(2);
      expect(home.kept()).toContain(join(home.cache, "b".repeat(64)));
    });
  });

  it("never returns the same credential twice to a client-go process", async () => {
    await withAccount(async ({ url }) => {
      const tokens = [];
      // This process is the client-go: at first it has none, then it comes back twice.
      for (let time = 0; time < 3; time++) {
        tokens.push(statusIn(await home.run(url, ["c-1"], CLIENT_GO)));
      }
      expect(tokens).toMatchObject([
        { token: "token-1" },
        { token: "token-2" },
        { token: "token-3" },
      ]);
      // Others have not seen that one yet.
      expect(statusIn(await runFromOneKubectl(url))).toMatchObject({ token: "token-3" });
      expect(statusIn(await runFromOneKubectl(url))).toMatchObject({ token: "token-3" });
      expect(statusIn(await home.run(url, ["c-1"], CLIENT_GO))).toMatchObject({ token: "token-4" });
      expect(modeOf(home.onlyKept())).toBe("600");
    });
  });

  it.each([
    [401, 0],
    [403, 0],
    [404, 0],
    [400, 1],
  ])("after a %d, keeps %d credentials", async (status, kept) => {
    let refuses = false;
    await withServer(
      (_, response) =>
        refuses ? response.writeHead(status).end("{}") : response.end(credentials()),
      async ({ url }) => {
        await home.run(url, ["c-1"], CLIENT_GO);
        refuses = true;
        expect(await home.run(url, ["c-1"], CLIENT_GO)).toMatchObject({ exitCode: 1, stdout: "" });
        expect(home.kept()).toHaveLength(kept);
      },
    );
  });

  it("is created again after its removal", async () => {
    await withAccount(async ({ url }) => {
      await home.run(url);
      rmSync(home.cache, { recursive: true });
      expect(await home.run(url)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(home.kept()).toHaveLength(1);
    });
  });
});
