/** The sample gate buys in a stub of the shop, with a real browser. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../../packages/emulator/account/authority";
import { type Browser, browserOf, findBrowser } from "../helpers/browser";
import { withServer } from "../helpers/local-server";
import { type Finished, runNode } from "../helpers/run-node";
import { type Fault, stubShop } from "./stub-shop";

const GATE = join(__dirname, "../../examples/shop-gate/gate.mjs");
const HOST = "alice-dev.dev.example.com";
const MINUTES = 60_000;

const onLinux = process.platform === "linux" ? it : it.skip;

let folder: string;
/** Where the gate and its browser may write. */
let scratch: string;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gate-"));
  scratch = join(folder, "scratch");
  mkdirSync(scratch);
  browser = await findBrowser(folder);
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
    ...browser,
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

/** Runs the gate against a shop at an environment's name, with the emulator's certificate, by a user who trusts its authority or not. */
async function gateByName(user: string, isTrusted: boolean): Promise<Finished> {
  const month = new Date(Date.now() + 30 * 86_400_000);
  const { leaf, privateKey } = new Authority(folder).issue(["*.dev.example.com"], month);
  const server = createServer({ cert: leaf, key: privateKey }, stubShop());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const authority = isTrusted ? join(folder, "authority.pem") : undefined;
  const own = browserOf(join(folder, user), browser, { [HOST]: "127.0.0.1" }, authority);
  try {
    return await runGate({ ...own, URL: `https://${HOST}:${port}`, STEP_TIMEOUT: "30" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

onLinux(
  `buys over HTTPS at an environment's name, without a warning, with a browser that trusts its authority only${onLinux === it ? "" : " (skipped: elsewhere browsers ask the system whom to trust)"}`,
  async () => {
    expect(await gateByName("trusting", true)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("✓ check out: ordered"),
      stderr: "",
    });
    expect(await gateByName("doubting", false)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("ERR_CERT_AUTHORITY_INVALID"),
    });
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
