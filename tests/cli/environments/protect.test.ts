import { protect, unprotect } from "../../../cli/environments/protect.action";
import { recordedSettings } from "../../../cli/stacks/settings-record";
import { readStackFile } from "../../../cli/stacks/stack-file";
import { checkpointWith } from "../stacks/support/checkpoints";
import { recorded, recordOf } from "../support/records";
import { CLUSTER_URN, resourcesWithCluster } from "../support/state";
import { Workplace } from "../support/workplace";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.stack(
    "alice-dev",
    checkpointWith("alice-dev", { resources: resourcesWithCluster() }),
  );
  place.write("Pulumi.alice-dev.yaml", "config: {}\n");
});
afterEach(() => place.remove());

const calls = () => place.pulumi.calls.map((words) => words.join(" "));

/** What three say of its protection: this checkout, the record of its settings, and the tag for lists. */
function said() {
  const tags = place.backend.tagsOf("alice-dev");
  const file = readStackFile(place.project, "alice-dev");
  const record = recordedSettings(recordOf({ tags }));
  return { file: file?.own.protect, record: record?.own.protect, tag: tags.protected };
}

describe("protect", () => {
  it("does not change a file with other settings than the environment's", async () => {
    place.write("Pulumi.alice-dev.yaml", "config: {shop:nodeCount: 2}\n");
    place.backend.tags("alice-dev", recorded({ nodeCount: "4" }));
    await protect(place.context(), ["alice-dev"]);
    expect(said()).toEqual({ file: undefined, record: "true", tag: "true" });
  });

  it("sets the config, the resources in the state, and a stack tag", async () => {
    const { data, text } = await protect(place.context(), ["alice-dev"]);
    expect(calls()).toEqual([`state protect ${CLUSTER_URN} --yes --stack alice-dev`]);
    expect(said()).toEqual({ file: "true", record: "true", tag: "true" });
    expect(data).toEqual({ stack: "alice-dev", protected: true });
    expect(text()).toBe("alice-dev is protected; `doks-env unprotect alice-dev` ends that\n");
  });

  it("also works before the cluster exists", async () => {
    place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
    await protect(place.context(), ["alice-dev"]);
    expect(calls()).toEqual([]);
    expect(said().tag).toBe("true");
  });

  it("is removed in the same three places", async () => {
    const { data, text } = await unprotect(place.context(), ["alice-dev"]);
    expect(calls()).toEqual([`state unprotect ${CLUSTER_URN} --yes --stack alice-dev`]);
    expect(said()).toEqual({ file: "false", record: "false", tag: "false" });
    expect(data).toEqual({ stack: "alice-dev", protected: false });
    expect(text()).toBe("alice-dev can be taken down\n");
  });

  it("changes nothing while another process holds the stack", async () => {
    const lock = {
      username: "bob",
      hostname: "elsewhere",
      pid: 4711,
      timestamp: "2026-11-23T11:55:30Z",
    };
    place.backend.lock("alice-dev", "d00d", lock);
    await expect(protect(place.context(), ["alice-dev"])).rejects.toThrow("is locked by");
    expect(calls()).toEqual([]);
    expect(said()).toEqual({ file: undefined, record: undefined, tag: undefined });
  });

  it("changes nothing for an unknown environment", async () => {
    await expect(protect(place.context(), ["bob-dev"])).rejects.toThrow("no environment");
    expect(calls()).toEqual([]);
  });
});
