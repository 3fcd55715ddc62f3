import { EMPTY } from "./support/account";
import { MINUTES } from "./support/commands";
import { World } from "./support/world";

// Claim: what `make up` and `make down` run says how to use an environment, and that nothing is left of it.

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

describe("up and down", () => {
  it(
    "print url, namespace, kubectl, price and expiry, and then a receipt of zeros",
    async () => {
      const said = await world.up("pr-123-ci");
      const summary = said.slice(said.indexOf("\npr-123-ci is up\n"));
      const url = /url +(\S+)/.exec(summary)?.[1] ?? "";
      expect((await fetch(url)).status).toBe(200);
      const kubectl = /kubectl +kubectl (.*)/.exec(summary)?.[1]?.split(" ") ?? [];
      const deployments = await world.runWell("kubectl", ...kubectl, "--no-headers");
      expect(deployments.match(/ 1\/1 /g)).toHaveLength(11);
      expect(summary).toMatch(/price +\$0\.\d{4} an hour/);
      expect(summary).toMatch(/expires +\d{4}-\d\d-\d\d \d\d:\d\d UTC, in 3d/);
      expect(await world.gitStatus()).toBe("");

      const receipt = await world.down("pr-123-ci");
      expect(receipt).toMatch(
        /pr-123-ci is gone; DigitalOcean holds of it\n\n( {2}[a-z ]+ 0\n){5}/,
      );
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(await world.pulumiWell("stack", "ls", "--json")).not.toContain("pr-123-ci");
      expect(await world.gitStatus()).toBe("");
    },
    5 * MINUTES,
  );

  it(
    "create no stack whose name fits no profile",
    async () => {
      await expect(world.up("alice-prod")).rejects.toThrow(/the profiles are ci, dev/);
      expect(JSON.parse(await world.pulumiWell("stack", "ls", "--json"))).toEqual([]);
    },
    MINUTES,
  );

  it(
    "say so when there is no such stack",
    async () => {
      await expect(world.down("nobody-dev")).rejects.toThrow(
        /there is no stack "nobody-dev"; the stacks are: none/,
      );
    },
    MINUTES,
  );
});
