import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { openSources } from "../../../cli/reap/stack-sources";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

const DOMAIN = "dev.example.com";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

test("the kept fields of many stacks are enough to find dangling records below their domain", async () => {
  const outputs = { clusterId: "c-1", domain: DOMAIN, host: `alice-dev.${DOMAIN}` };
  place.stacks(recordOf({ stack: "alice-dev", hasResources: true, outputs }));
  const record = (id: number, name: string) => ({ id, name, data: "192.0.2.9", type: "A" });
  const account = {
    counted: () => Promise.resolve({ items: [], total: 0 }),
    domainRecords: (domain: string) =>
      Promise.resolve(domain === DOMAIN ? [record(1, "alice-dev"), record(2, "bob-dev")] : []),
  } as unknown as DigitalOcean;
  const sources = await openSources(place.context(), account, undefined);
  expect(await Promise.all([sources.stacks(), sources.account()])).toMatchObject([
    { state: "complete", items: [{ situation: { stack: "alice-dev" } }] },
    { droplet: { state: "complete" } },
  ]);
  expect(await sources.danglingRecords()).toMatchObject([{ stack: "bob-dev" }]);
});
