import { findSharedCluster } from "../../../../cli/environments/preflight/shared-cluster";
import type { StackRecord } from "../../../../cli/stacks/record";
import { FOREIGN_LOCK, recordOf } from "../../support/records";
import { Workplace } from "../../support/workplace";

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
  place.write("Pulumi.shared.yaml", "config: {}\n");
});
afterEach(() => place.remove());

const HOST = recordOf({
  stack: "team-shared",
  hasResources: true,
  outputs: { placement: "host", clusterId: "c-1" },
});
const wanted = (record: StackRecord | undefined) => {
  place.stacks(...(record ? [record] : []));
  return findSharedCluster(place.context(), { hostStack: "team-shared" });
};

test("uses the cluster of the shared cluster's stack, or the one in the settings", async () => {
  expect(await wanted(HOST)).toBe("c-1");
  expect(await findSharedCluster(place.context(), { hostCluster: "k8s-fra1" })).toBe("k8s-fra1");
});

test.each<[string, StackRecord | undefined, RegExp, string]>([
  ["no stack", undefined, /there is no stack "team-shared"/, "doks-env list"],
  [
    "asleep or never up",
    recordOf({ stack: "team-shared" }),
    /is not up/,
    "doks-env up team-shared",
  ],
  ["locked", { ...HOST, locks: [FOREIGN_LOCK] }, /is locked by alice@/, "wait until"],
  [
    "no host",
    { ...HOST, outputs: { placement: "cluster", clusterId: "c-2" } },
    /its placement is "cluster"/,
    "pulumi config set hostStack",
  ],
])("a shared cluster that is %s is a fault", async (_, record, message, fix) => {
  expect(await wanted(record)).toMatchObject({
    check: "host",
    state: "fault",
    message: expect.stringMatching(message),
    fix: expect.stringContaining(fix),
  });
});
