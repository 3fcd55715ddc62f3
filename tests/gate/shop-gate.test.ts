/** The sample gate buys in a stub of the shop, with a real browser. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withServer } from "../helpers/local-server";
import { type Finished, runNode } from "../helpers/run-node";
import { type Fault, stubShop } from "./stub-shop";

const GATE = join(__dirname, "../../examples/shop-gate/gate.mjs");
/** Unpacks a Chromium that comes as a package, for Linux on x64, and prints where it is. */
const UNPACK = `require("@sparticuz/chromium").executablePath().then(console.log)`;
const MINUTES = 60_000;

let folder: string;
/** Where the gate and its browser may write. */
let scratch: string;
let chrome: string | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gate-"));
  scratch = join(folder, "scratch");
  mkdirSync(scratch);
  chrome = process.env.CHROME_PATH;
  if (chrome === undefined && process.platform === "linux" && process.arch === "x64") {
    const unpacked = await runNode(["-e", UNPACK], { TMPDIR: folder });
    expect(unpacked).toMatchObject({ exitCode: 0, stderr: "" });
    chrome = unpacked.stdout.trim();
  }
}, MINUTES);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the gate against a shop. */
async function gate(fault?: Fault): Promise<Finished> {
  let finished: Finished | undefined;
  await withServer(stubShop(fault), async ({ url }) => {
    finished = await runGate({ URL: url, STEP_TIMEOUT: fault ? "5" : "30" });
  });
  return finished as Finished;
}

const runGate = (env: NodeJS.ProcessEnv) =>
  runNode([GATE], {
    ...(chrome ? { CHROME_PATH: chrome } : {}),
    TMPDIR: scratch,
    HOME: scratch,
    ...env,
  });

it(
  "buys something, and leaves nothing behind",
  async () => {
    expect(await gate()).toEqual({
      exitCode: 0,
      stdout: [
        "✓ browse: found Sunglasses",
        "✓ add to the cart: 2 of Sunglasses are in the cart",
        "✓ check out: ordered, confirmation 7a41c3f0-0b52",
        "✓ find the cart empty: the cart is empty again\n",
      ].join("\n"),
      stderr: "",
    });
    expect(readdirSync(scratch)).toEqual([]);
  },
  2 * MINUTES,
);

it.each<[Fault, string]>([
  ["home answers 500", "✗ browse: / answers 500"],
  ["products have no page", "✗ browse: "],
  ["the cart forgets", "✗ add to the cart: "],
  ["checkout answers 500", "✗ check out: "],
  ["orders have no number", "✗ check out: the order has no confirmation number"],
  ["the cart is not emptied", "✗ find the cart empty: "],
])(
  "fails when %s, and says at which step",
  async (fault, message) => {
    const { exitCode, stderr } = await gate(fault);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(stderr).toMatch(/the page was http:\/\/127\.0\.0\.1:\d+\//);
  },
  2 * MINUTES,
);

it("fails where nothing listens", async () => {
  expect(await runGate({ URL: "http://127.0.0.1:9" })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("✗ browse: "),
  });
});

it("wants to know where the shop is", async () => {
  expect(await runGate({})).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("URL is not set"),
  });
});
