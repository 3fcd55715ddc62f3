import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/environments/extend.action";
import type { ExtendData } from "../../../cli/environments/extend.data";
import { UsageError } from "../../../cli/terminal/errors";
import { checkpointOf, outputsOf } from "../stacks/support/checkpoints";
import { recorded } from "../support/records";
import { Workplace } from "../support/workplace";

// Created on 2026-11-20 at 08:00, and it is 2026-11-23 at 12:00.
const CREATED = "2026-11-20T08:00:40.000Z";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  environmentExpires("2026-11-24T08:00:00Z");
  place.write("Pulumi.alice-dev.yaml", "config: {shop:ttl: 1d, shop:maxTtl: 6d}\n");
});
afterEach(() => place.remove());

function environmentExpires(expiresAt: string): void {
  const outputs = { ...outputsOf("alice-dev"), createdAt: CREATED, expiresAt };
  place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs }));
}

const extend = (by: string, stack = "alice-dev") => run(place.context(), [stack, by]);
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("extend", () => {
  it("moves the expiry by the duration in a stack tag", async () => {
    const { data, text } = await extend("4h");
    expect(data as ExtendData).toEqual({
      stack: "alice-dev",
      expiresAt: "2026-11-24T12:00:00.000Z",
      latestExpiryAt: "2026-11-26T08:00:40.000Z",
    });
    expect(text()).toBe("alice-dev expires 2026-11-24 12:00 UTC, in 1d\n");
    expect(place.backend.tagsOf("alice-dev")).toEqual({
      expires: "2026-11-24T12:00:00.000Z",
      // A person who extends it is using it.
      lastUsed: "2026-11-23T12:00:00.000Z",
    });
    expect(place.pulumi.calls).toEqual([]);
  });

  it("adds to an earlier extension", async () => {
    place.backend.tags("alice-dev", { expires: "2026-11-25T08:00:00Z" });
    expect((await extend("4h")).data).toMatchObject({ expiresAt: "2026-11-25T12:00:00.000Z" });
  });

  it("starts from now for an expired environment", async () => {
    environmentExpires("2026-11-23T08:00:00Z");
    expect((await extend("4h")).data).toMatchObject({ expiresAt: "2026-11-23T16:00:00.000Z" });
  });

  it("refuses to exceed maxTtl, and shows the latest expiry", async () => {
    expect(await errorOf(extend("3d"))).toMatchObject({
      message:
        '"alice-dev" may be extended until 2026-11-26 08:00 UTC at most, 6d after its creation (setting maxTtl)',
      fix: "doks-env extend alice-dev 2d",
    });
    expect(place.pulumi.calls).toEqual([]);
    await expect(extend("2d")).resolves.toBeDefined();
  });

  it("proposes whole minutes for an expired environment", async () => {
    environmentExpires("2026-11-23T08:00:00Z");
    place.write("Pulumi.alice-dev.yaml", "config: {shop:ttl: 1d, shop:maxTtl: 3d6h30m}\n");
    expect(await errorOf(extend("4h"))).toMatchObject({ fix: "doks-env extend alice-dev 2h30m" });
  });

  it("proposes protection when no extension is left", async () => {
    place.write("Pulumi.alice-dev.yaml", "config: {shop:ttl: 1d, shop:maxTtl: 4d}\n");
    environmentExpires("2026-11-24T08:00:40Z");
    expect(await errorOf(extend("1h"))).toMatchObject({
      fix: "doks-env protect alice-dev   # keeps it regardless, until `unprotect`",
    });
  });

  it("uses the environment's settings instead of this checkout's, and does not change the file", async () => {
    const file = join(place.folder, "Pulumi.alice-dev.yaml");
    place.backend.tags("alice-dev", recorded({ ttl: "1d", maxTtl: "90d" }));
    await expect(extend("40d")).resolves.toMatchObject({ data: { stack: "alice-dev" } });
    expect(readFileSync(file, "utf8")).toBe("config: {shop:ttl: 1d, shop:maxTtl: 6d}\n");
    rmSync(file);
    await expect(extend("10d")).resolves.toMatchObject({ data: { stack: "alice-dev" } });
    expect(existsSync(file)).toBe(false);
  });

  it("refuses an invalid duration before it looks for the stack", async () => {
    const error = await errorOf(extend("4x", "nobody-dev"));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: '"4x" is not a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d',
      fix: "doks-env extend nobody-dev 4h",
    });
  });

  it("refuses a stack without an expiry", async () => {
    place.backend.stack("bob-dev", checkpointOf("bob-dev", { outputs: {} }));
    expect(await errorOf(extend("4h", "bob-dev"))).toMatchObject({
      message: '"bob-dev" has no expiry to extend: it is incomplete',
      fix: "doks-env up bob-dev",
    });
  });
});
