import { writeTags } from "../../../cli/stacks/stack-tags";
import { FOREIGN_LOCK, recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.tags("alice-dev", KNOWN);
});
afterEach(() => place.remove());

const KNOWN = {
  "pulumi:project": "shop",
  owner: "alice",
  expires: "2026-12-07T08:00:00Z",
  woken: "x",
};
const CHANGES = { owner: "alice", expires: "2026-12-08T08:00:00Z", woken: null, asleep: null };
const RECORD = recordOf({ tags: KNOWN, locks: [FOREIGN_LOCK] });

describe("tags of a stack in a folder or a bucket", () => {
  it("are written all at once, without a process", async () => {
    const tags = await writeTags(place.context(), RECORD, { ...CHANGES, commit: undefined });
    const expected = { "pulumi:project": "shop", owner: "alice", expires: CHANGES.expires };
    expect(place.backend.tagsOf("alice-dev")).toEqual(expected);
    expect(tags).toEqual(expected);
    expect(place.pulumi.calls).toEqual([]);
  });

  it("that others have written since the record was read are kept", async () => {
    place.backend.tags("alice-dev", { ...KNOWN, lastUsed: "2026-11-23T11:59:00Z" });
    await writeTags(place.context(), RECORD, CHANGES);
    expect(place.backend.tagsOf("alice-dev").lastUsed).toBe("2026-11-23T11:59:00Z");
  });

  it("stay as they are when the check right before throws", async () => {
    const look = (tags: Readonly<Record<string, string>>) => {
      expect(tags).toEqual(KNOWN);
      throw new Error("changed meanwhile");
    };
    await expect(writeTags(place.context(), RECORD, CHANGES, look)).rejects.toThrow("changed");
    expect(place.backend.tagsOf("alice-dev")).toEqual(KNOWN);
  });

  it("are those of a stack that has none yet", async () => {
    await writeTags(place.context(), recordOf({ stack: "bob-dev" }), { owner: "bob" });
    expect(place.backend.tagsOf("bob-dev")).toEqual({ owner: "bob" });
  });
});

describe("tags of a stack that only pulumi can write", () => {
  beforeEach(() => {
    place.env = { ...place.env, PULUMI_BACKEND_URL: "https://api.pulumi.com" };
  });

  it("are set where they differ, in their order", async () => {
    await writeTags(place.context(), RECORD, { ...CHANGES, commit: undefined });
    expect(place.pulumi.calls).toEqual([
      ["stack", "tag", "set", "expires", CHANGES.expires, "--stack", "alice-dev"],
      ["stack", "tag", "rm", "woken", "--stack", "alice-dev"],
    ]);
  });

  it("are set one after the other: none after one that fails", async () => {
    place.pulumi.answer("stack tag set", { code: 1, stderr: "no" });
    await expect(writeTags(place.context(), RECORD, CHANGES)).rejects.toThrow("no");
    expect(place.pulumi.calls.map(([, , verb]) => verb)).toEqual(["set"]);
  });

  it("stay as they are when the check of the record throws", async () => {
    const look = () => {
      throw new Error("changed meanwhile");
    };
    await expect(writeTags(place.context(), RECORD, CHANGES, look)).rejects.toThrow("changed");
    expect(place.pulumi.calls).toEqual([]);
  });
});
