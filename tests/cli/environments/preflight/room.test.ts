import { checkNamespace, checkRoom } from "../../../../cli/environments/preflight/room";
import { ownerLabels } from "../../../../core/tags";
import { clusterWith, listOf } from "../../shared-clusters/support/fake-cluster";

const OWNER = ownerLabels("shop", "alice-dev");
const NAMESPACE = "/api/v1/namespaces/alice-dev";
const check = (existing?: object) =>
  checkNamespace(clusterWith(existing ? { [NAMESPACE]: existing } : {}), "alice-dev", OWNER);

test.each<[string, object | undefined, string, RegExp]>([
  ["free", undefined, "ok", /is free/],
  ["this stack's", { metadata: { labels: OWNER } }, "ok", /is this stack's/],
  ["somebody's", { metadata: {} }, "fault", /it was not made by this project/],
  [
    "another stack's",
    { metadata: { labels: ownerLabels("other", "bob-dev") } },
    "fault",
    /it is stack "bob-dev" of project "other"/,
  ],
  [
    "this stack's, and on its way out",
    { metadata: { labels: OWNER, deletionTimestamp: "2026-11-23T12:00:00Z" } },
    "fault",
    /is being deleted since 2026-11-23/,
  ],
])("a namespace that is %s", async (_, existing, state, message) => {
  expect(await check(existing)).toMatchObject({ state, message: expect.stringMatching(message) });
});

const quota = (namespace: string, cpu: string) => ({
  metadata: { name: "environment", namespace },
  spec: { hard: { "requests.cpu": cpu, "requests.memory": "4Gi", pods: "50" } },
});
const QUOTAS = clusterWith({
  "/api/v1/resourcequotas": listOf(quota("alice-dev", "8"), quota("bob-dev", "4")),
});
const CAPACITY = { millicores: 10_000, memoryMiB: 20_480, pods: 550 };
const room = (cpu: string, overcommit = 1) =>
  checkRoom(
    QUOTAS,
    { namespace: "alice-dev", quota: { cpu, memory: "4Gi", pods: 50 } },
    CAPACITY,
    overcommit,
  );

test("there is room beside the others, whatever the environment had before", async () => {
  expect(await room("6")).toMatchObject({
    state: "ok",
    message: "its quota has room beside 1 other",
  });
});

test("where there is none, it is told who has how much; overcommit makes some", async () => {
  expect(await room("7")).toMatchObject({
    check: "capacity",
    state: "fault",
    message: expect.stringMatching(/11 of 10 CPUs[\s\S]*bob-dev: 4 CPUs, 4Gi memory and 50 pods/),
  });
  expect(await room("7", 1.2)).toMatchObject({ state: "ok" });
});
