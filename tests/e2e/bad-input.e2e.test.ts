import { join } from "node:path";
import { EMPTY } from "./support/account";
import { MINUTES, UP } from "./support/commands";
import { World } from "./support/world";

// Claim: what is wrong with an environment's settings is said, with the fix, before anything is created.

const BROKEN = join(__dirname, "../fixtures/trees/broken");

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

describe("an update with bad settings creates nothing and says what to do", () => {
  it.each<[string, Record<string, string>, RegExp[]]>([
    [
      "an unknown key",
      { nodecount: "3" },
      [/nodecount is not a setting/, /did you mean nodeCount\?/],
    ],
    [
      "a bad duration",
      { ttl: "8 hours" },
      [/ttl must be a duration .*got "8 hours"/, /pulumi config set ttl 7d --stack alice-dev/],
    ],
    [
      "a region that is not offered",
      { region: "xyz9" },
      [/region "xyz9" is not offered .*offered: .*fra1/],
    ],
    [
      "a size that is not offered",
      { nodeSize: "s-9vcpu-9gb" },
      [/size "s-9vcpu-9gb" is not offered in fra1; offered there: s-/],
    ],
    [
      "an overlay that does not exist",
      { overlay: "kustomize/nope" },
      [/overlay "kustomize\/nope" does not exist/],
    ],
    ["an overlay that does not build", { overlay: BROKEN }, [/does not build: .*missing\.yaml/]],
    [
      "an image that is not there",
      { "images.frontnd.tag": "v2" },
      [/images.frontnd names no image/, /say it of frontend/],
    ],
    [
      "a registry that is not there",
      { "registry.access": "integration", "registry.name": "nope" },
      [/no container registry named "nope"/, /doctl registry create nope/],
    ],
    ["a version of long ago", { kubernetesVersion: "1.12" }, [/Kubernetes 1.12 is not offered/]],
  ])(
    "%s",
    async (_, config, messages) => {
      await world.pulumiWell("stack", "init", "alice-dev");
      for (const [key, value] of Object.entries(config)) {
        await world.pulumiWell("config", "set", "--path", key, value, "--stack", "alice-dev");
      }
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "alice-dev"]);
      await world.pulumiWell("stack", "rm", "--yes", "--force", "--stack", "alice-dev");

      expect(exitCode).not.toBe(0);
      for (const message of messages) {
        expect(output).toMatch(message);
      }
      expect(output).not.toMatch(/^\s+at /m);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    MINUTES,
  );

  it(
    "a stack of no profile",
    async () => {
      await world.pulumiWell("stack", "init", "alice-prod");
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "alice-prod"]);
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/stack "alice-prod" does not end in a known profile/);
      expect(output).toMatch(/the profiles are ci, dev/);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    MINUTES,
  );
});
