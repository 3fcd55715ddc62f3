import type { V1CronJob, V2HorizontalPodAutoscaler } from "@kubernetes/client-node";
import type { CustomResource } from "../../../cli/cluster/api-objects";
import { diagnose } from "../../../cli/cluster/diagnose";
import type { Finding } from "../../../cli/cluster/diagnosis";
import { readSnapshot } from "../../../cli/cluster/snapshot";
import { waitsOf } from "../../../cli/cluster/waiting";
import { type Contents, FakeCluster } from "./support/fake-cluster";
import { controlledBy, NAMESPACE, NOW, pod, secondsAgo, warning } from "./support/objects";

async function findingsOf(contents: Contents): Promise<readonly Finding[]> {
  return (await diagnose(new FakeCluster(contents), NAMESPACE, "alice-dev", NOW)).findings;
}

const condition = (type: string, status: string, reason = "", message = "", seconds = 5) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: secondsAgo(seconds),
});

const custom = (
  apiVersion: string,
  kind: string,
  status: CustomResource["status"],
  spec: CustomResource["spec"] = {},
): CustomResource => ({
  apiVersion,
  kind,
  metadata: { name: "web", namespace: NAMESPACE, uid: "custom-1", generation: 2 },
  spec,
  status,
});
const GATEWAY = "gateway.networking.k8s.io/v1";
const gatewayClass: CustomResource = {
  apiVersion: GATEWAY,
  kind: "GatewayClass",
  metadata: { name: "cilium" },
};

describe("the diagnosis of a custom resource", () => {
  it.each<[string, CustomResource["status"], readonly Partial<Finding>[]]>([
    ["has no status", undefined, []],
    ["is ready", { conditions: [condition("Ready", "True")] }, []],
    [
      "is ready again after a failure of before",
      { conditions: [condition("Ready", "True"), condition("Stalled", "False")] },
      [],
    ],
    [
      "is not ready yet",
      { conditions: [condition("Ready", "False", "Issuing", "waits for the order")] },
      [
        {
          state: "progressing",
          reason: "Issuing",
          text: "its controller reports not Ready: Issuing: waits for the order",
        },
      ],
    ],
    [
      "has not been ready for longer than a Deployment may take",
      { conditions: [condition("Ready", "Unknown", "Pending", "", 700)] },
      [{ state: "failed", reason: "Pending" }],
    ],
    [
      "is stalled",
      {
        conditions: [
          condition("Ready", "False", "Failed"),
          condition("Stalled", "True", "InvalidSpec", "no such key"),
        ],
      },
      [
        {
          state: "failed",
          reason: "InvalidSpec",
          text: "its controller reports Stalled: InvalidSpec: no such key",
        },
      ],
    ],
    [
      "was changed since its controller looked",
      { observedGeneration: 1, conditions: [condition("Ready", "True")] },
      [{ state: "progressing", reason: "Reconciling" }],
    ],
  ])("that %s", async (_, status, findings) => {
    expect(await findingsOf({ custom: [custom("example.com/v1", "Widget", status)] })).toEqual(
      findings.map(
        (one) => expect.objectContaining({ kind: "Widget", name: "web", ...one }) as Finding,
      ),
    );
  });
});

describe("the diagnosis of the Gateway API", () => {
  const gateway = custom(
    GATEWAY,
    "Gateway",
    { conditions: [condition("Accepted", "Unknown", "Pending", "Waiting for controller")] },
    { gatewayClassName: "istio" },
  );
  const route = (status: CustomResource["status"], name = "web") =>
    custom(GATEWAY, "HTTPRoute", status, { parentRefs: [{ name }] });

  it.each<[string, readonly CustomResource[], Partial<Finding>]>([
    [
      "reports that no controller serves a Gateway",
      [gatewayClass, gateway],
      {
        kind: "Gateway",
        state: "failed",
        reason: "NoController",
        text: 'the cluster has no GatewayClass "istio"',
      },
    ],
    [
      "does not guess where no class may be read",
      [gateway],
      { kind: "Gateway", state: "progressing", reason: "Pending" },
    ],
    [
      "reports that a route's Gateway is missing",
      [gatewayClass, route({ parents: [] }, "edge")],
      {
        kind: "HTTPRoute",
        state: "failed",
        reason: "NoGateway",
        text: 'it is attached to Gateway "edge", which the namespace does not have',
      },
    ],
    [
      "reports a Gateway's reason for refusing a route",
      [
        gatewayClass,
        custom(GATEWAY, "Gateway", { conditions: [] }, { gatewayClassName: "cilium" }),
        route({
          parents: [
            {
              conditions: [
                condition("Accepted", "True"),
                condition("ResolvedRefs", "False", "BackendNotFound", "no Service api"),
              ],
            },
          ],
        }),
      ],
      {
        kind: "HTTPRoute",
        state: "progressing",
        text: "its controller reports not ResolvedRefs: BackendNotFound: no Service api",
      },
    ],
  ])("%s", async (_, resources, finding) => {
    expect(await findingsOf({ custom: resources })).toEqual([expect.objectContaining(finding)]);
  });
});

describe("the diagnosis of what starts or scales workloads", () => {
  const autoscaler = (...conditions: object[]): V2HorizontalPodAutoscaler =>
    ({ metadata: { name: "web", uid: "hpa-1" }, status: { conditions } }) as never;
  const cronJob: V1CronJob = { metadata: { name: "backup", uid: "cron-1" } };

  it.each<[string, Contents, readonly Partial<Finding>[]]>([
    [
      "an autoscaler without metrics",
      {
        HorizontalPodAutoscaler: [
          autoscaler(
            condition(
              "ScalingActive",
              "False",
              "FailedGetResourceMetric",
              "unable to fetch metrics from resource metrics API: the server could not find the requested resource",
            ),
          ),
        ],
      },
      [
        {
          kind: "HorizontalPodAutoscaler",
          state: "progressing",
          reason: "FailedGetResourceMetric",
          likelyFix: expect.objectContaining({
            text: "add metrics-server to the overlay: DOKS does not include it",
          }) as Finding["likelyFix"],
        },
      ],
    ],
    [
      "an autoscaler of pods that request nothing",
      {
        HorizontalPodAutoscaler: [
          autoscaler(
            condition("ScalingActive", "False", "FailedGet", "missing request for cpu", 700),
          ),
        ],
      },
      [{ state: "failed", text: "it does not scale: missing request for cpu" }],
    ],
    [
      "an autoscaler that rests, because there are no replicas",
      {
        HorizontalPodAutoscaler: [
          autoscaler(condition("ScalingActive", "False", "ScalingDisabled", "zero")),
        ],
      },
      [],
    ],
    [
      "a CronJob with a schedule that is not one",
      {
        CronJob: [cronJob],
        Event: [warning("CronJob", cronJob, "UnparseableSchedule", "unparseable schedule: x")],
      },
      [
        {
          kind: "CronJob",
          name: "backup",
          state: "failed",
          text: "it does not start Jobs: unparseable schedule: x",
        },
      ],
    ],
    [
      "a CronJob whose Jobs the quota refuses",
      {
        CronJob: [cronJob],
        Event: [
          warning(
            "CronJob",
            cronJob,
            "FailedCreate",
            'Error creating job: jobs.batch "backup-1" is forbidden: exceeded quota: environment, requested: count/jobs.batch=1, used: count/jobs.batch=100, limited: count/jobs.batch=100',
          ),
        ],
      },
      [{ kind: "CronJob", state: "failed", reason: "QuotaExceeded" }],
    ],
    ["a CronJob that is well", { CronJob: [cronJob] }, []],
  ])("%s", async (_, contents, findings) => {
    expect(await findingsOf(contents)).toEqual(
      findings.map((one) => expect.objectContaining(one) as Finding),
    );
  });
});

describe("a ReplicaSet and a ReplicationController of their own", () => {
  const bare = (kind: "ReplicaSet" | "ReplicationController") => ({
    kind,
    metadata: { name: "web", uid: "bare-1", generation: 1 },
    spec: { replicas: 2, selector: {}, template: { metadata: { labels: { app: "web" } } } },
    status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1 },
  });

  it.each(["ReplicaSet", "ReplicationController"] as const)("%s is a workload", async (kind) => {
    const object = bare(kind);
    const pulling = pod("web-1", {
      metadata: controlledBy(kind, object),
      containerStatus: {
        ready: false,
        state: { waiting: { reason: "ImagePullBackOff", message: "manifest unknown" } },
      },
    });
    const contents = { [kind]: [object], Pod: [pulling] };
    const { workloads, findings } = await diagnose(
      new FakeCluster(contents),
      NAMESPACE,
      "alice-dev",
      NOW,
    );
    expect(workloads).toMatchObject([{ kind, name: "web", ready: 1, desired: 2 }]);
    expect(findings).toMatchObject([{ kind, name: "web", state: "failed" }]);
    const snapshot = await readSnapshot(new FakeCluster(contents), NAMESPACE, NOW, []);
    expect(waitsOf([{ kind, name: "web" }], snapshot)).toMatchObject([{ isSettled: true }]);
  });
});

test("an update waits for a custom resource with the words of the diagnosis", async () => {
  const widget = custom("example.com/v1", "Widget", {
    conditions: [condition("Ready", "False", "Building", "step 2 of 3")],
  });
  const cluster = new FakeCluster({ custom: [widget] });
  const snapshot = await readSnapshot(cluster, NAMESPACE, NOW, ["example.com"]);
  expect(waitsOf([{ kind: "Widget", name: "web" }], snapshot)).toEqual([
    {
      kind: "Widget",
      name: "web",
      text: "its controller reports not Ready: Building: step 2 of 3",
      isSettled: false,
    },
  ]);
  expect((await readSnapshot(cluster, NAMESPACE, NOW, [])).customResources).toEqual([]);
});
