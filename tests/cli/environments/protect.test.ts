import { protect, unprotect } from "../../../cli/environments/protect.action";
import { checkpointOf } from "../stacks/support/checkpoints";
import { CLUSTER_URN, EMPTY_STATE, stateWithCluster } from "../support/state";
import { Workplace } from "../support/workplace";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.stack("alice-dev", checkpointOf("alice-dev"));
  place.write("Pulumi.alice-dev.yaml", "config: {}\n");
  place.pulumi.answer("stack export", { stdout: stateWithCluster() });
});
afterEach(() => place.remove());

const calls = () => place.pulumi.calls.map((words) => words.join(" "));

describe("protect", () => {
  it("says it in the config, for the next update; in the state, at once; and as a tag, for list", async () => {
    const { data, text } = await protect(place.context(), ["alice-dev"]);
    expect(calls()).toEqual([
      'config set-all --stack alice-dev --json {"shop:protect":{"value":"true","secret":false}}',
      "stack export --stack alice-dev",
      `state protect ${CLUSTER_URN} --yes --stack alice-dev`,
      "stack tag set protected true --stack alice-dev",
    ]);
    expect(data).toEqual({ stack: "alice-dev", protected: true });
    expect(text()).toBe("alice-dev is protected; `doks-env unprotect alice-dev` lifts it\n");
  });

  it("says it for the cluster that is yet to come, too", async () => {
    place.pulumi.answer("stack export", { stdout: EMPTY_STATE });
    await protect(place.context(), ["alice-dev"]);
    expect(calls().filter((line) => line.startsWith("state"))).toEqual([]);
    expect(calls().at(-1)).toBe("stack tag set protected true --stack alice-dev");
  });

  it("is lifted in the same three places", async () => {
    const { data, text } = await unprotect(place.context(), ["alice-dev"]);
    expect(calls()).toEqual([
      'config set-all --stack alice-dev --json {"shop:protect":{"value":"false","secret":false}}',
      "stack export --stack alice-dev",
      `state unprotect ${CLUSTER_URN} --yes --stack alice-dev`,
      "stack tag set protected false --stack alice-dev",
    ]);
    expect(data).toEqual({ stack: "alice-dev", protected: false });
    expect(text()).toBe("alice-dev can be taken down\n");
  });

  it("changes nothing when there is no such environment", async () => {
    await expect(protect(place.context(), ["bob-dev"])).rejects.toThrow("no environment");
    expect(calls()).toEqual([]);
  });
});
