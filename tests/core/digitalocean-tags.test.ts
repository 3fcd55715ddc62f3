import { environmentTags, namingTags } from "../../core/digitalocean-tags";
import { labelsOf } from "../../core/labels";

const ALICE = { project: "shop", stack: "alice-dev", owner: "alice", profile: "dev" };

describe("tags and labels", () => {
  it("name project, stack, owner and profile", () => {
    expect(environmentTags(ALICE)).toEqual([
      "ephemeral-doks",
      "project:shop",
      "stack:alice-dev",
      "owner:alice",
      "profile:dev",
    ]);
    expect(labelsOf(ALICE)).toEqual({
      "ephemeral-doks/stack": "alice-dev",
      "ephemeral-doks/owner": "alice",
      "ephemeral-doks/profile": "dev",
    });
  });

  it("contain the environment's identity", () => {
    expect(environmentTags(ALICE)).toEqual(expect.arrayContaining(namingTags("shop", "alice-dev")));
  });

  it("contain only characters that DigitalOcean and Kubernetes allow", () => {
    const awkward = {
      project: "The Shop",
      stack: "Alice.B_x-dev",
      owner: "Alice.B_x",
      profile: "dev",
    };
    for (const tag of environmentTags(awkward)) {
      expect(tag).toMatch(/^[a-z0-9:-]{1,255}$/);
    }
    for (const value of Object.values(labelsOf(awkward))) {
      expect(value).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    }
  });
});
