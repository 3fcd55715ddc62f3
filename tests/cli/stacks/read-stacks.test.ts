import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readBucket } from "../../../cli/stacks/bucket-stacks";
import { readStack, readStacks, type StateSource } from "../../../cli/stacks/read-stacks";
import { collected } from "../../helpers/collected";
import { checkpointOf, outputsOf } from "./support/checkpoints";
import { LocalBackend } from "./support/local-backend";

const LOCK = {
  pid: 4711,
  username: "alice",
  hostname: "laptop",
  timestamp: "2026-11-23T09:15:00.25+01:00",
};
/** zstd's magic number and something: Node 20 cannot read on, and must not try. */
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00]);

let backend: LocalBackend;
let source: StateSource;
let ran: string[][];
beforeEach(() => {
  backend = new LocalBackend();
  ran = [];
  source = { url: backend.url, project: backend.project, run: refuse };
});
afterEach(() => backend.remove());

/** All stacks of a backend. */
const stacksOf = (of: StateSource) => collected(readStacks(of));

const refuse = () => Promise.reject(new Error("pulumi was run"));

async function names(): Promise<string[]> {
  return (await stacksOf(source)).map(({ stack }) => stack);
}

describe("a stack on the file backend", () => {
  it("is read with its outputs, tags and locks", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev"));
    backend.tags("alice-dev", { owner: "alice", expires: "2026-12-07T08:00:00Z" });
    backend.lock("alice-dev", "9743c647-b317", LOCK);

    expect(await stacksOf(source)).toEqual([
      {
        stack: "alice-dev",
        lastUpdate: "2026-11-23T08:30:00.123456789Z",
        created: "2026-11-20T08:00:00.5Z",
        hasResources: true,
        outputs: outputsOf("alice-dev"),
        tags: { owner: "alice", expires: "2026-12-07T08:00:00Z" },
        updating: true,
        locks: [
          {
            user: "alice",
            host: "laptop",
            pid: 4711,
            since: "2026-11-23T09:15:00.25+01:00",
            id: "9743c647-b317",
          },
        ],
      },
    ]);
  });

  it("is read without tags and locks when it has none", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev"));
    expect(await stacksOf(source)).toMatchObject([{ tags: {}, updating: false, locks: [] }]);
  });

  it("is read from only the beginning of its checkpoint", async () => {
    const checkpoint = checkpointOf("alice-dev");
    backend.stack("alice-dev", `${checkpoint.slice(0, 100_000)} and no JSON from here`);
    expect(await stacksOf(source)).toMatchObject([{ outputs: outputsOf("alice-dev") }]);
  });

  it("is read whole when its outputs are long", async () => {
    const outputs = { text: "ü".repeat(100_000) };
    backend.stack("alice-dev", checkpointOf("alice-dev", { outputs }));
    expect(await stacksOf(source)).toMatchObject([{ outputs }]);
  });

  it("is read from a compressed checkpoint", async () => {
    backend.stack("alice-dev", gzipSync(checkpointOf("alice-dev")), ".json.gz");
    backend.stack("bob-dev", gzipSync(checkpointOf("bob-dev")), ".json");
    expect(await stacksOf(source)).toMatchObject([
      { stack: "alice-dev", outputs: outputsOf("alice-dev") },
      { stack: "bob-dev", outputs: outputsOf("bob-dev") },
    ]);
  });

  it("is read from the beginning of a long compressed checkpoint", () => {
    const text = gzipSync(checkpointOf("alice-dev") + randomBytes(100_000).toString("hex"));
    backend.stack("alice-dev", text, ".json.gz");
    return expect(stacksOf(source)).resolves.toMatchObject([
      { stack: "alice-dev", outputs: outputsOf("alice-dev") },
    ]);
  });

  it("is read by pulumi when its compression is zstd", async () => {
    const run = (args: string[]) => {
      ran.push(args);
      return Promise.resolve(
        '{"deployment":{"manifest":{"time":"2026-11-23T08:30:00Z"},"resources":[]}}',
      );
    };
    backend.stack("alice-dev", ZSTD, ".json.zst");
    expect(await stacksOf({ ...source, run })).toMatchObject([
      { stack: "alice-dev", lastUpdate: "2026-11-23T08:30:00Z", hasResources: false },
    ]);
    expect(ran).toEqual([["stack", "export", "--stack", "alice-dev"]]);
  });

  it("is read from the newer checkpoint while the compression is being changed", async () => {
    const at = (time: string) => checkpointOf("alice-dev", { time });
    backend.stack("alice-dev", at("2026-11-23T08:00:00Z"));
    backend.stack("alice-dev", gzipSync(at("2026-11-23T09:00:00Z")), ".json.gz");
    backend.stack("bob-dev", at("2026-11-23T09:00:00Z"));
    backend.stack("bob-dev", gzipSync(at("2026-11-23T08:00:00Z")), ".json.gz");
    expect(await stacksOf(source)).toMatchObject([
      { stack: "alice-dev", lastUpdate: "2026-11-23T09:00:00Z" },
      { stack: "bob-dev", lastUpdate: "2026-11-23T09:00:00Z" },
    ]);
  });
});

describe("what cannot be read of a stack", () => {
  it("is a fault of that stack, which is listed as having resources", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev").slice(0, 1_000));
    backend.stack("bob-dev", "");
    backend.stack("carol-dev", checkpointOf("carol-dev"));
    const unknown = { hasResources: true, outputs: {}, tags: {}, updating: false, locks: [] };

    expect(await stacksOf(source)).toEqual([
      {
        stack: "alice-dev",
        ...unknown,
        fault: ".pulumi/stacks/shop/alice-dev.json cannot be read: it is not valid JSON",
      },
      {
        stack: "bob-dev",
        ...unknown,
        fault: ".pulumi/stacks/shop/bob-dev.json cannot be read: it is not valid JSON",
      },
      expect.not.objectContaining({ fault: expect.anything() }),
    ]);
  });

  it.each(["", '{"version":2,"tags":{}}', '{"version":1,"tags":{"owner":1}}', '{"version":1}'])(
    "may be its tags: %s",
    async (tags) => {
      backend.stack("alice-dev", checkpointOf("alice-dev"));
      backend.write(".pulumi/stacks/shop/alice-dev.pulumi-tags", tags);
      expect(await readStack(source, "alice-dev")).toMatchObject({
        outputs: outputsOf("alice-dev"),
        tags: {},
        fault: expect.stringContaining("alice-dev.pulumi-tags cannot be read"),
      });
    },
  );

  it("may be a lock, which still locks the stack", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev"));
    backend.lock("alice-dev", "1", { ...LOCK, pid: undefined });
    expect(await readStack(source, "alice-dev")).toMatchObject({
      updating: true,
      locks: [],
      fault:
        ".pulumi/locks/organization/shop/alice-dev/1.json cannot be read: it is not a lock file of Pulumi",
    });
  });
});

describe("the list", () => {
  it("is sorted, and of this project alone", async () => {
    for (const stack of ["pr-9-ci", "bob-dev", "alice.smith_2-dev"]) {
      backend.stack(stack, checkpointOf(stack));
    }
    backend.write(".pulumi/stacks/shop-2/carol-dev.json", checkpointOf("carol-dev"));
    backend.write(".pulumi/locks/organization/shop-2/bob-dev/1.json", JSON.stringify(LOCK));
    expect(await names()).toEqual(["alice.smith_2-dev", "bob-dev", "pr-9-ci"]);
  });

  it("contains only stacks", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev"));
    backend.tags("removed-dev", { owner: "removed" });
    for (const file of [
      "alice-dev.json.1795474884032749541",
      "alice-dev.json.18a5f.tmp",
      "bob-dev.txt",
      "deeper/carol-dev.json",
    ]) {
      backend.write(`.pulumi/stacks/shop/${file}`, checkpointOf("alice-dev"));
    }
    expect(await names()).toEqual(["alice-dev"]);
  });

  it("is empty on a backend that is new", async () => {
    const folder = mkdtempSync(join(tmpdir(), "new-backend-"));
    try {
      expect(await stacksOf({ ...source, url: `file://${folder}` })).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("omits a stack that is removed meanwhile", async () => {
    const bucket = {
      list: async (prefix: string) =>
        [".pulumi/stacks/shop/alice-dev.json"].filter((key) => key.startsWith(prefix)),
      read: async (key: string) =>
        key.endsWith("meta.yaml") ? Buffer.from("version: 1") : undefined,
    };
    expect(await collected(readBucket(bucket, "shop", refuse))).toEqual([]);
  });
});

describe("one stack", () => {
  it("is read without the others", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev"));
    backend.lock("bob-dev", "1", LOCK);
    expect(await readStack(source, "alice-dev")).toEqual(
      expect.objectContaining({ stack: "alice-dev", updating: false }),
    );
  });

  it.each(["alice", "alice-de", "bob-dev", "../shop/alice-dev"])(
    "is undefined for an unknown name: %s",
    async (name) => {
      backend.stack("alice-dev", checkpointOf("alice-dev"));
      backend.stack("alice.smith-dev", checkpointOf("alice.smith-dev"));
      expect(await readStack(source, name)).toBeUndefined();
    },
  );
});

describe("a backend that cannot be read", () => {
  it("is an error that names it, never an empty list", async () => {
    backend.remove();
    await expect(stacksOf(source)).rejects.toMatchObject({
      name: "UserError",
      message: `Pulumi's backend ${backend.url} cannot be read: ENOENT: no such file or directory, stat '${backend.folder}'`,
      fix: "create that folder, or set the right one: export PULUMI_BACKEND_URL=file://<folder>",
    });
  });

  it("is refused in a layout that Pulumi also refuses", async () => {
    rmSync(join(backend.folder, ".pulumi/meta.yaml"));
    backend.write(".pulumi/stacks/alice-dev.json", checkpointOf("alice-dev"));
    await expect(stacksOf(source)).rejects.toMatchObject({
      message: expect.stringMatching(
        /cannot be read: the backend has an old layout, without projects$/,
      ),
      fix: "pulumi state upgrade",
    });
  });

  it.each(["version: 0", "version: 2", "", "damaged"])(
    "is refused with another layout: %j",
    async (meta) => {
      backend.write(".pulumi/meta.yaml", meta);
      await expect(stacksOf(source)).rejects.toThrow("cannot be read: ");
    },
  );
});

describe("a backend that only pulumi can read", () => {
  const EXPORT = JSON.stringify({
    version: 3,
    deployment: {
      manifest: { time: "2026-11-23T08:30:00Z" },
      resources: [{ type: "pulumi:pulumi:Stack", outputs: { url: "http://localhost" } }],
    },
  });

  /** Answers as pulumi does; `Error` stands for one that fails. */
  function answering(answers: Readonly<Record<string, unknown>>): StateSource {
    const run = (args: string[]) => {
      ran.push(args);
      const answer = answers[args.join(" ")];
      return answer === undefined || answer instanceof Error
        ? Promise.reject(answer ?? new Error("unexpected"))
        : Promise.resolve(typeof answer === "string" ? answer : JSON.stringify(answer));
    };
    return { url: "gs://state", project: "shop", run };
  }

  it("takes one command for all stacks and two for each", async () => {
    const cloud = answering({
      "stack ls --json": [
        { name: "bob-dev", current: false, updateInProgress: true, resourceCount: 3 },
        { name: "alice-dev", current: true, lastUpdate: "2026-11-23T09:00:00.000Z" },
      ],
      "stack export --stack alice-dev": EXPORT,
      "stack export --stack bob-dev": EXPORT,
      "stack tag ls --json --stack alice-dev": { owner: "alice" },
      "stack tag ls --json --stack bob-dev": {},
    });
    expect(await stacksOf(cloud)).toEqual([
      {
        stack: "alice-dev",
        lastUpdate: "2026-11-23T09:00:00.000Z",
        hasResources: true,
        outputs: { url: "http://localhost" },
        tags: { owner: "alice" },
        locks: [],
      },
      {
        stack: "bob-dev",
        lastUpdate: "2026-11-23T08:30:00Z",
        hasResources: true,
        outputs: { url: "http://localhost" },
        tags: {},
        updating: true,
        locks: [],
      },
    ]);
    expect(ran).toHaveLength(5);
  });

  it("is read for one stack without the others", async () => {
    const cloud = answering({
      "stack ls --json": [{ name: "alice-dev" }, { name: "bob-dev" }],
      "stack export --stack bob-dev": EXPORT,
      "stack tag ls --json --stack bob-dev": {},
    });
    expect(await readStack(cloud, "bob-dev")).toMatchObject({ stack: "bob-dev" });
    expect(await readStack(cloud, "carol-dev")).toBeUndefined();
    expect(ran).toHaveLength(4);
  });

  it("lists a stack that pulumi fails on, with its fault", async () => {
    const cloud = answering({
      "stack ls --json": [{ name: "alice-dev" }],
      "stack export --stack alice-dev": new Error("pulumi failed:\n  snapshot integrity failure\n"),
    });
    expect(await stacksOf(cloud)).toEqual([
      {
        stack: "alice-dev",
        hasResources: true,
        outputs: {},
        tags: {},
        locks: [],
        fault: "pulumi failed: snapshot integrity failure",
      },
    ]);
  });

  it.each([new Error("not logged in"), "", "{}", [{ stack: "alice-dev" }]])(
    "is an error when pulumi cannot list the stacks: %j",
    async (answer) => {
      const cloud = {
        ...answering({ "stack ls --json": answer }),
        url: "postgres://u:s3cret@db/s",
      };
      await expect(stacksOf(cloud)).rejects.toMatchObject({
        message: expect.stringMatching(/^Pulumi's backend postgres:\/\/db\/s cannot be read: ./),
        fix: expect.stringContaining("pulumi login"),
      });
    },
  );

  it("may be an S3 bucket whose URL only pulumi understands", async () => {
    const url = "s3://state?role=arn:aws:iam::123456789012:role/state";
    expect(await stacksOf({ ...answering({ "stack ls --json": [] }), url })).toEqual([]);
    expect(ran).toEqual([["stack", "ls", "--json"]]);
  });
});
