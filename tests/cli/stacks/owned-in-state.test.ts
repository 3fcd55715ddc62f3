import { gzipSync } from "node:zlib";
import { ownedInState, PULL_CREDENTIALS } from "../../../cli/stacks/owned-in-state";
import { sourceOf } from "../../../cli/stacks/stacks";
import { recordOf } from "../support/records";
import { resourcesOwning } from "../support/state";
import { Workplace } from "../support/workplace";
import { checkpointWith } from "./support/checkpoints";

const OWNING = {
  id: "the-id",
  account: "team-1",
  region: "fra1",
  clusterIds: ["c-0", "c-1"],
  poolIds: ["p-1"],
};
const OWNED = {
  id: "the-id",
  account: "team-1",
  firstRegion: "fra1",
  clusterIds: ["c-0", "c-1"],
  poolIds: ["p-1", "base-of-c-0", "base-of-c-1"],
};
const RECORD = recordOf({ hasResources: true });

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const owned = (record = RECORD) => ownedInState(sourceOf(place.context()), record);
const checkpoint = (owning = OWNING) =>
  checkpointWith("alice-dev", { resources: resourcesOwning("alice-dev", owning) });

describe("what a stack owns", () => {
  it.each([
    ["as it is", ".json", (text: string) => text],
    ["compressed", ".json.gz", (text: string) => gzipSync(text)],
  ])("is read from the backend's file %s without a process", async (_, ending, packed) => {
    place.backend.stack("alice-dev", packed(checkpoint()), ending);
    expect(await owned()).toEqual(OWNED);
    expect(place.pulumi.calls).toEqual([]);
  });

  it("shows whether it contains pull credentials", async () => {
    const resources = [
      ...resourcesOwning("alice-dev", OWNING),
      { type: PULL_CREDENTIALS, urn: "urn:credentials" },
    ];
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    expect(await owned()).toEqual({ ...OWNED, hasPullCredentials: true });
  });

  it("includes its names, even without a record, and its records", async () => {
    const component = (label: string) => ({
      type: "ephemeral-doks:components:HostRecord",
      urn: `urn:pulumi:alice-dev::shop::HostRecord::${label}`,
      inputs: { domain: "dev.example.com", label, address: "192.0.2.1" },
    });
    const record = { type: "digitalocean:index/dnsRecord:DnsRecord", urn: "urn:record", id: "7" };
    const resources = [
      ...resourcesOwning("alice-dev", OWNING),
      component("alice-dev"),
      component("other"),
      record,
    ];
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    expect(await owned()).toEqual({
      ...OWNED,
      hosts: ["alice-dev", "other"].map((label) => ({
        domain: "dev.example.com",
        host: `${label}.dev.example.com`,
      })),
      recordIds: ["7"],
    });
  });

  it("is read with pulumi if only pulumi can", async () => {
    place.backend.stack("alice-dev", Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
    const deployment = { resources: resourcesOwning("alice-dev", OWNING) };
    place.pulumi.answer("stack export", { stdout: JSON.stringify({ version: 3, deployment }) });
    expect(await owned()).toEqual(OWNED);
  });

  it("is nothing in an empty state, and in one that cannot be read", async () => {
    const nothing = { clusterIds: [], poolIds: [] };
    place.backend.stack("alice-dev", checkpoint());
    expect(await owned(recordOf())).toEqual(nothing);
    expect(await owned({ ...RECORD, fault: "it is not JSON" })).toEqual(nothing);
    place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
    expect(await owned()).toEqual(nothing);
  });

  it("consists of its clusters for a stack without an id", async () => {
    const old = { clusterIds: ["c-1"] };
    place.backend.stack("alice-dev", checkpoint(old as never));
    expect(await owned()).toEqual({ clusterIds: ["c-1"], poolIds: ["base-of-c-1"] });
  });
});
