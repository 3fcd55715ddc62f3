import type { DigitalOcean } from "../../../cli/account/digitalocean";
import type { Inventory } from "../../../cli/reap/account";
import { agreementOf } from "../../../cli/reap/agreement";
import { danglingRecords } from "../../../cli/reap/dangling-records";
import { UserError } from "../../../core/errors";
import { recordOf } from "../support/records";

const DOMAIN = "dev.example.com";
const STACKS = [
  recordOf({
    stack: "alice-dev",
    outputs: {
      domain: DOMAIN,
      host: `alice-dev.${DOMAIN}`,
      hosts: { api: `https://api--alice-dev.${DOMAIN}` },
    },
  }),
  recordOf({ stack: "team-domain", outputs: { domain: DOMAIN } }),
];
const complete = (items: readonly object[]) => ({ state: "complete", items });
const INVENTORY = {
  "load balancer": complete([{ ip: "192.0.2.1" }]),
  droplet: complete([{ addresses: ["192.0.2.2"] }]),
} as unknown as Inventory;

const found = (records: readonly (readonly [name: string, data: string, type?: string])[]) => {
  const asked: string[] = [];
  const account = {
    domainRecords: (domain: string) => {
      asked.push(domain);
      return Promise.resolve(
        records.map(([name, data, type = "A"], index) => ({ id: index + 1, name, data, type })),
      );
    },
  } as unknown as DigitalOcean;
  return danglingRecords(account, INVENTORY, STACKS).finally(() => expect(asked).toEqual([DOMAIN]));
};

test("finds a dangling record with an environment's name, and the command that removes it", async () => {
  const dangling = await found([["bob-dev", "192.0.2.9"]]);
  const why =
    "record bob-dev.dev.example.com A 192.0.2.9 points to an address that the account does not have; if the record is yours, remove it: doctl compute domain records delete dev.example.com 1";
  expect(dangling).toEqual([{ stack: "bob-dev", why }]);
  const comparison = {
    state: "compared",
    ...{ orphaned: new Map(), owned: new Map(), faults: new Map(), strays: [] },
  } as const;
  expect(agreementOf({ comparison, stacks: [], dangling }, { index: 1, of: 1 })).toEqual({
    state: "differ",
    differences: [why],
  });
});

test("reports a dangling further name with its environment's name", async () => {
  expect(await found([["api--bob-dev", "192.0.2.9"]])).toMatchObject([{ stack: "bob-dev" }]);
});

test("continues with other domains when the token may not read one", async () => {
  const account = {
    domainRecords: () => Promise.reject(new UserError("the token lacks domain:read", "add it")),
  } as unknown as DigitalOcean;
  expect(await danglingRecords(account, INVENTORY, STACKS)).toEqual([
    {
      stack: "",
      why: "the records of dev.example.com cannot be read: the token lacks domain:read",
    },
  ]);
});

test.each([
  ["an environment's own", ["alice-dev", "192.0.2.9"]],
  ["its further one", ["api--alice-dev", "192.0.2.9"]],
  ["one that leads to a load balancer", ["bob-dev", "192.0.2.1"]],
  ["one that leads to a Droplet", ["bob-dev", "192.0.2.2"]],
  ["one that is not called like an environment", ["grafana", "198.51.100.1"]],
  ["a wildcard", ["*", "192.0.2.9"]],
  ["one of another type", ["bob-dev", "text", "TXT"]],
] as const)("does not report %s", async (_, record) => {
  expect(await found([record])).toEqual([]);
});
