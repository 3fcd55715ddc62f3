import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { UpData } from "../../../cli/environments/up.data";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { resultOf, World } from "../support/world";

// Claim: an `up` with nothing to do reads the environment's record once and starts at most three `pulumi` processes.

const STACK = "alice-dev";

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

/** Notes what `doks-env` reads of the backend and which `pulumi` it starts, and changes neither. */
class Witness {
  private readonly folder = join(world.folder, "witness");
  private readonly processes = join(this.folder, "processes");
  private readonly reads = join(this.folder, "reads");
  public readonly env: NodeJS.ProcessEnv;

  public constructor() {
    const { PATH = "" } = world.env;
    const real = PATH.split(delimiter).find((folder) => existsSync(join(folder, "pulumi"))) ?? "";
    const shim = `#!/bin/sh
printf '%s\\n' "$*" >> '${this.processes}'
exec '${join(real, "pulumi")}' "$@"
`;
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
    writeFileSync(join(this.folder, "pulumi"), shim);
    chmodSync(join(this.folder, "pulumi"), 0o755);
    writeFileSync(join(this.folder, "preload.cjs"), preload);
    this.env = {
      ...world.env,
      PATH: [this.folder, PATH].join(delimiter),
      NODE_OPTIONS: `--require=${join(this.folder, "preload.cjs")}`,
    };
  }

  /** What was noted since the last call: words of each `pulumi`, and files of the backend, in their order. */
  public take(): { readonly processes: string[]; readonly reads: string[] } {
    return { processes: taken(this.processes), reads: taken(this.reads) };
  }
}

function taken(file: string): string[] {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  rmSync(file, { force: true });
  return lines;
}

describe("an up with nothing to do", () => {
  it(
    "reads the record once, the whole state before and under the lock, and starts at most three pulumi processes",
    async () => {
      const image = "registry.example.com/shop/worker:v1";
      const overlay = writeOverlay(join(world.folder, "overlay"), [{ name: "worker", image }]);
      const witness = new Witness();
      const up = (...more: string[]) =>
        world.doksEnv(["up", STACK, ...more, "--yes", "--json"], { env: witness.env });
      expect(await up("--overlay", overlay)).toMatchObject({ exitCode: 0 });
      witness.take();

      const { exitCode, data } = resultOf<UpData>("up", await up());
      const { processes, reads } = witness.take();
      expect({ exitCode, data }).toMatchObject({ exitCode: 0, data: { images: [image] } });
      expect(processes.length).toBeLessThanOrEqual(3);
      expect(processes.filter((words) => words.startsWith("up "))).toHaveLength(1);
      const state = join(world.backend, ".pulumi/stacks/ephemeral-doks", `${STACK}.json`);
      // The record is in the first part of the state. The whole state shows what it has in the account; and what its quota
      // may have no room for, which only counts once nobody else can change it.
      expect(reads.filter((file) => file === state)).toHaveLength(3);
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
