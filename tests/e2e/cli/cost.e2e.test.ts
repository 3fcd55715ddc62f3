import { join } from "node:path";
import type { ShowData } from "../../../cli/overview/show.data";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";

// Claim: what doks-env says an environment costs is what is billed for it.

const STACK = "payer-ci";
/** Three nodes, a network load balancer and a volume. */
const OVERLAY = join(__dirname, "../../fixtures/trees/monorepo/overlays/qa");
const ITEMS = 5;
const CENT = 0.01;

let world: World;
let usdPerHour: number;
let createdAt: number;
beforeAll(async () => {
  world = await World.start();
  await world.doksEnvWell("up", STACK, "--yes", "--overlay", OVERLAY);
  const { environment } = await world.doksEnvJson<ShowData>("show", STACK);
  usdPerHour = environment.pricePerHourUsd ?? 0;
  createdAt = Date.parse(environment.createdAt ?? "");
}, 5 * MINUTES);
afterAll(() => world.close(), MINUTES);

interface Bill {
  readonly usd: number;
  /** One for each thing and month. */
  readonly lines: number;
}

/** What the account has been charged and will be, as of now. */
async function billed(): Promise<Bill> {
  const { invoices, invoice_preview: preview } = await world.api.request<{
    invoices: Invoice[];
    invoice_preview: Invoice;
  }>("GET", "/v2/customers/my/invoices");
  const lines = await Promise.all(
    [preview, ...invoices].map(async ({ invoice_uuid: uuid }) => {
      const path = `/v2/customers/my/invoices/${uuid}?per_page=200`;
      return (await world.api.request<{ invoice_items: object[] }>("GET", path)).invoice_items;
    }),
  );
  return {
    usd: [preview, ...invoices].reduce((sum, { amount }) => sum + Number(amount), 0),
    lines: lines.flat().length,
  };
}

interface Invoice {
  readonly invoice_uuid: string;
  readonly amount: string;
}

/** Moves the account's clock until an environment of this age. */
async function ageBy(hours: number): Promise<void> {
  const { now } = await world.api.request<{ now: string }>("GET", "/_emulator/clock");
  const advanceSeconds = (createdAt + hours * 3_600_000 - Date.parse(now)) / 1000;
  await world.api.request("POST", "/_emulator/clock", { advanceSeconds });
}

describe("the price per hour", () => {
  /*
   * The bound: each line of an invoice is rounded to a cent, and is one at least (the volume of 1 GiB comes to that in
   * three days). That nodes are billed from when they are ready, and the price is told to a hundredth of a cent, is less.
   * Measured: 14 % too low after an hour, because of the lines that are one cent at least; 0.6 % and 0.03 % after that.
   */
  it.each([
    [1, 40],
    [24, 2],
    [240, 0.5],
  ])(
    "times %d hours is the invoice but for a cent a line, which is %d percent at most",
    async (hours, percent) => {
      await ageBy(hours);
      const bill = await billed();
      const error = Math.abs(usdPerHour * hours - bill.usd);
      expect(bill.lines).toBeGreaterThanOrEqual(ITEMS);
      expect(error).toBeLessThan(bill.lines * CENT);
      expect((100 * error) / bill.usd).toBeLessThan(percent);
    },
    MINUTES,
  );

  it(
    "leaves nothing that goes on being billed",
    async () => {
      await world.doksEnvWell("down", STACK, "--yes");
      await world.expectNoTraceOf(STACK);
      const { usd } = await billed();
      await ageBy(300);
      expect((await billed()).usd).toBe(usd);
    },
    2 * MINUTES,
  );
});
