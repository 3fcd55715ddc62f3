/** The emulator serves pydo, DigitalOcean's own client for Python, which knows nothing of it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TestEmulator } from "../api/support/test-emulator";

/** A Python interpreter that has what ./requirements.txt lists. */
const python = process.env.PYDO_PYTHON;
const describePydo = python ? describe : describe.skip;
const reason = python ? "" : " (skipped: PYDO_PYTHON is not set)";

describePydo(`pydo${reason}`, () => {
  let emulator: TestEmulator;

  beforeAll(async () => {
    emulator = await TestEmulator.start();
  });
  afterAll(() => emulator.close());

  test("walks through the whole account", async () => {
    const { stdout } = await promisify(execFile)(
      python ?? "python3",
      [join(__dirname, "pydo_client.py")],
      {
        env: {
          PATH: process.env.PATH,
          DIGITALOCEAN_API_URL: emulator.url,
          DIGITALOCEAN_TOKEN: emulator.token,
        },
      },
    );

    expect(JSON.parse(stdout)).toMatchObject({
      email: "developer@example.com",
      sizes: expect.arrayContaining(["s-1vcpu-1gb", "m-8vcpu-64gb"]),
      offered_versions: expect.arrayContaining([expect.stringMatching(/^1\.35\./)]),
      cluster: {
        name: "blue",
        status: { state: "running" },
        version: expect.stringMatching(/^1\.35\./),
      },
      droplets: 1,
      credentials: { server: "https://127.0.0.1:6443", token: expect.stringMatching(/^dop_v1_/) },
      user: { username: "developer@example.com" },
      pool: { count: 2 },
      registry: ["team"],
      images: ["shop/frontend", ["2.0"], 2],
      names: [["www"], ["*.dev.example.com", "dev.example.com"], 1],
      volume_errors: [409, "not_found"],
      cpu_modes: expect.arrayContaining(["idle", "user"]),
      balance: { month_to_date_usage: expect.stringMatching(/^\d+\.\d\d$/) },
      invoice_items: expect.arrayContaining(["blue"]),
      projects: ["developer"],
      associated: { load_balancers: [], volumes: [], volume_snapshots: [] },
      unknown_cluster: "not_found",
      bad_version: 422,
      clusters_left: 0,
    });
  }, 60_000);
});
