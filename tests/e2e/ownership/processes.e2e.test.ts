import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { UpData } from "../../../cli/environments/up.data";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { resultOf, World } from "../support/world";

// Claim: an `up` with nothing to do reads the environment's record once and starts at most three `pulumi` processes; and
// every command builds the environment's tree at most once.

const STACK = "alice-dev";
const PULL_REQUEST = ["--pull-request", "7", "--commit", "0".repeat(40)];

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

/** Programs in whose place the witness stands. kustomize finds no PATH: what a build runs itself is not noted. */
const PROGRAMS = ["pulumi", "kubectl", "kustomize"] as const;

/** Where a rendering is: Pulumi's plugin reads it there, which is by kubectl where the minimal one stands in for it. */
const FLAT = /\.rendered\/[^/]+$/;

/** Notes what `doks-env` reads of the backend and which programs it and its children start, and changes neither. */
class Witness {
  private readonly folder = join(world.folder, "witness");
  private readonly reads = join(this.folder, "reads");
  public readonly env: NodeJS.ProcessEnv;

  public constructor() {
    const { PATH = "" } = world.env;
    const preload = `const fs = require("node:fs");
if (/doks-env$/.test(process.argv[1] ?? "")) {
  let isInside = false; // The one uses the other.
  for (const name of ["readFileSync", "openSync"]) {
    const original = fs[name];
    fs[name] = (path, ...rest) => {
      if (isInside) {
        return original(path, ...rest);
      }
      isInside = true;
      try {
        if (String(path).startsWith("${world.backend}")) {
          fs.appendFileSync("${this.reads}", path + "\\n");
        }
        return original(path, ...rest);
      } finally {
        isInside = false;
      }
    };
  }
}
`;
    mkdirSync(this.folder);
    for (const program of PROGRAMS) {
      const real = PATH.split(delimiter).find((folder) => existsSync(join(folder, program))) ?? "";
      const shim = `#!/bin/sh
printf '%s\\n' "$*" >> '${this.processesOf(program)}'
exec '${join(real, program)}' "$@"
`;
      writeFileSync(join(this.folder, program), shim);
      chmodSync(join(this.folder, program), 0o755);
    }
    writeFileSync(join(this.folder, "preload.cjs"), preload);
    this.env = {
      ...world.env,
      PATH: [this.folder, PATH].join(delimiter),
      NODE_OPTIONS: `--require=${join(this.folder, "preload.cjs")}`,
    };
  }

  /** What was noted since the last call: words of each `pulumi`, files of the backend in their order, builds of trees. */
  public take(): { readonly pulumi: string[]; readonly reads: string[]; readonly builds: number } {
    const [pulumi, kubectl, kustomize] = PROGRAMS.map((name) => taken(this.processesOf(name)));
    const builds = [...(kubectl ?? []), ...(kustomize ?? [])].filter(
      (words) => /^(kustomize|build) /.test(words) && !FLAT.test(words),
    );
    return { pulumi: pulumi ?? [], reads: taken(this.reads), builds: builds.length };
  }

  private processesOf(program: (typeof PROGRAMS)[number]): string {
    return join(this.folder, `${program}-processes`);
  }
}

function taken(file: string): string[] {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  rmSync(file, { force: true });
  return lines;
}

let witness: Witness;
let overlay: string;
const IMAGE = "registry.example.com/shop/worker:v1";

/** Runs it well. @returns how often it has built a tree */
async function buildsOf(...words: string[]): Promise<number> {
  const { exitCode, output } = await world.doksEnv(words, { env: witness.env });
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  return witness.take().builds;
}

describe("an environment's first up", () => {
  it(
    "builds its tree once, and so do render and preview, before and after",
    async () => {
      witness = new Witness();
      overlay = writeOverlay(join(world.folder, "overlay"), [{ name: "worker", image: IMAGE }]);
      const config = `config:\n  ephemeral-doks:overlay: ${overlay}\n`;
      writeFileSync(join(world.checkout, `Pulumi.${STACK}.yaml`), config);
      expect(await buildsOf("render", STACK)).toBe(1);
      expect(await buildsOf("preview", STACK)).toBe(1);
      expect(await buildsOf("up", STACK, "--yes")).toBe(1);
      expect(await buildsOf("preview", STACK)).toBe(1);
    },
    3 * MINUTES,
  );
});

describe("an up with nothing to do", () => {
  it(
    "reads the record once, the whole state before and under the lock, builds once and starts at most three pulumi processes",
    async () => {
      const again = await world.doksEnv(["up", STACK, "--yes", "--json"], { env: witness.env });
      const { exitCode, data } = resultOf<UpData>("up", again);
      const { pulumi, reads, builds } = witness.take();
      expect({ exitCode, data, builds }).toMatchObject({
        exitCode: 0,
        data: { images: [IMAGE] },
        builds: 1,
      });
      expect(pulumi.length).toBeLessThanOrEqual(3);
      expect(pulumi.filter((words) => words.startsWith("up "))).toHaveLength(1);
      const state = join(world.backend, ".pulumi/stacks/ephemeral-doks", `${STACK}.json`);
      // The record is in the first part of the state. The whole state shows what it has in the account; and what its quota
      // may have no room for, which only counts once nobody else can change it.
      expect(reads.filter((file) => file === state)).toHaveLength(3);
    },
    MINUTES,
  );
});

describe("a pull request's up", () => {
  it(
    "builds its tree once",
    async () => {
      expect(await buildsOf("ci", "up", ...PULL_REQUEST, "--overlay", overlay)).toBe(1);
      expect(await buildsOf("ci", "down", ...PULL_REQUEST)).toBe(0);
    },
    3 * MINUTES,
  );

  it(
    "leaves nothing",
    async () => {
      await world.down(STACK);
      await world.expectNoTraceOf(STACK);
    },
    2 * MINUTES,
  );
});
