import { EMPTY } from "./support/account";
import { MINUTES } from "./support/commands";
import { World } from "./support/world";

// Claim: `make up` shows how to use an environment, and `make down` that nothing is left of it.

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

describe("up and down", () => {
  it(
    "print url, namespace, kubectl, price and expiry, and then a receipt of zeros",
    async () => {
      const summary = await world.up("pr-123-ci");
      expect(summary).toMatch(/^\npr-123-ci is up after \d+(\.\d)? s\n\n/);
      const url = /url +(\S+)/.exec(summary)?.[1] ?? "";
      expect((await fetch(url)).status).toBe(200);
      const kubectl = /kubectl +(.*)/.exec(summary)?.[1] ?? "";
      const script = `${kubectl} && kubectl get deployments --no-headers`;
      const deployments = await world.runWell("sh", "-c", script);
      expect(deployments.match(/ 1\/1 /g)).toHaveLength(11);
      expect(summary).toMatch(/price +\$0\.\d{4} an hour, \$\d+ a month/);
      expect(summary).toMatch(/expires +\d{4}-\d\d-\d\d \d\d:\d\d UTC, in 14d/);
      expect(await world.gitStatus()).toBe("");

      const receipt = await world.down("pr-123-ci");
      expect(receipt).toMatch(/pr-123-ci is gone; DigitalOcean still has\n\n( {2}[a-z ]+ 0\n){5}/);
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(await world.pulumiWell("stack", "ls", "--json")).not.toContain("pr-123-ci");
      expect(await world.gitStatus()).toBe("");
    },
    5 * MINUTES,
  );

  it(
    "do not create a stack whose name does not fit a profile",
    async () => {
      await expect(world.up("alice-prod")).rejects.toThrow(/the profiles are ci, dev/);
      expect(JSON.parse(await world.pulumiWell("stack", "ls", "--json"))).toEqual([]);
    },
    MINUTES,
  );

  it(
    "report an unknown stack",
    async () => {
      await expect(world.down("nobody-dev")).rejects.toThrow(
        /there is no environment "nobody-dev"\n {2}fix: doks-env list/,
      );
    },
    MINUTES,
  );
});
