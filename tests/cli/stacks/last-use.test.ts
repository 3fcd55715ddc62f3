import fs from "node:fs";
import { run } from "../../../cli/environments/touch.action";
import { touchBeside } from "../../../cli/stacks/last-use";
import { recordOf } from "../support/records";
import { NOW, Workplace } from "../support/workplace";
import { checkpointOf } from "./support/checkpoints";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.stack("alice-dev", checkpointOf("alice-dev"));
});
afterEach(() => place.remove());

const touchedAgo = (seconds: number) =>
  place.backend.tags("alice-dev", {
    lastUsed: new Date(NOW.getTime() - seconds * 1000).toISOString(),
  });

describe("touch", () => {
  it("records the current time", async () => {
    touchedAgo(300);
    const { data, text } = await run(place.context(), ["alice-dev"]);
    expect(data).toEqual({ stack: "alice-dev", lastUsedAt: NOW.toISOString() });
    expect(text()).toBe("alice-dev was last used at 2026-11-23 12:00 UTC\n");
    expect(place.backend.tagsOf("alice-dev")).toEqual({ lastUsed: NOW.toISOString() });
  });

  it("writes nothing if it was recorded within the last minutes", async () => {
    touchedAgo(299);
    expect((await run(place.context(), ["alice-dev"])).data).toMatchObject({
      lastUsedAt: "2026-11-23T11:55:01.000Z",
    });
    expect(place.backend.tagsOf("alice-dev").lastUsed).toBe("2026-11-23T11:55:01.000Z");
  });

  it("fails when it cannot be written, but does not fail other commands", async () => {
    const write = jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw new Error("read only");
    });
    await expect(run(place.context(), ["alice-dev"])).rejects.toThrow("read only");
    await touchBeside(place.context(), recordOf());
    expect(place.stderr()).toMatch(/! could not record that "alice-dev" is in use: .*read only/);
    write.mockRestore();
  });
});
