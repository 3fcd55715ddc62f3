import type { KubernetesObject, V1Ingress, V1IngressClass } from "@kubernetes/client-node";
import { diagnose } from "../../../cli/cluster/diagnose";
import { readSnapshot } from "../../../cli/cluster/snapshot";
import { type Wait, waitsOf } from "../../../cli/cluster/waiting";
import { type Contents, FakeCluster } from "./support/fake-cluster";
import {
  claim,
  controlledBy,
  deployment,
  job,
  NAMESPACE,
  NOW,
  pod,
  replicaSet,
  secondsAgo,
  service,
  unscheduledPod,
} from "./support/objects";

const web = deployment("web", 1, 0);
const rs = replicaSet(web);
const owned = { metadata: { ...controlledBy("ReplicaSet", rs), labels: { app: "web" } } };

/** A Deployment whose one pod is this one. */
const running = (its: ReturnType<typeof pod>): Contents => ({
  Deployment: [web],
  ReplicaSet: [rs],
  Pod: [its],
});
const waitingFor = (reason: string, message: string) =>
  running(
    pod("web-1", {
      ...owned,
      containerStatus: { ready: false, state: { waiting: { reason, message } } },
    }),
  );
/** A Deployment whose pods are refused. */
const refused = (message: string): Contents => ({
  Deployment: [web],
  ReplicaSet: [
    replicaSet(web, "2", {
      replicas: 0,
      conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }],
    }),
  ],
});
const ingress = (ingressClassName?: string): V1Ingress => ({
  metadata: { name: "web", namespace: NAMESPACE, creationTimestamp: secondsAgo(5) },
  spec: { ingressClassName },
});
const ingressClass = (name: string, isDefault = false): V1IngressClass => ({
  metadata: {
    name,
    annotations: isDefault ? { "ingressclass.kubernetes.io/is-default-class": "true" } : {},
  },
});

async function waitOf(kind: string, contents: Contents, name = "web"): Promise<Wait | undefined> {
  const snapshot = await readSnapshot(new FakeCluster(contents), NAMESPACE, NOW);
  return waitsOf([{ kind, name }], snapshot)[0];
}

describe("what an update waits for", () => {
  it.each<[string, string, Contents, RegExp]>([
    [
      "an image that is not there",
      "Deployment",
      waitingFor("ImagePullBackOff", "manifest unknown"),
      /cannot pull .* no such tag/,
    ],
    [
      "Pod Security",
      "Deployment",
      refused(
        'pods "web-1" is forbidden: violates PodSecurity "baseline:latest": privileged (container "web" must not set securityContext.privileged=true)',
      ),
      /Pod Security level "baseline"/,
    ],
    [
      "a quota",
      "Deployment",
      refused(
        'pods "web-1" is forbidden: exceeded quota: environment, requested: requests.cpu=2, used: requests.cpu=15, limited: requests.cpu=16',
      ),
      /quota is used up/,
    ],
    [
      "a node that is large enough",
      "Deployment",
      running(unscheduledPod("web-1", "0/3 nodes are available: 3 Insufficient cpu.", owned)),
      /no node takes it/,
    ],
    [
      "pods that never come",
      "Service",
      {
        ...refused('pods are forbidden: violates PodSecurity "baseline:latest": privileged'),
        Service: [service("web")],
      },
      /Deployment "web", which it leads to: .*Pod Security/,
    ],
    [
      "an Ingress controller",
      "Ingress",
      { Ingress: [ingress("nginx")], IngressClass: [ingressClass("traefik")] },
      /no IngressClass "nginx"/,
    ],
    ["a default Ingress class", "Ingress", { Ingress: [ingress()] }, /no default IngressClass/],
    [
      "a suspended Job",
      "Job",
      { Job: [{ ...job("web", {}), spec: { suspend: true, template: {} } }] },
      /it is suspended/,
    ],
    [
      "a Job that has failed",
      "Job",
      {
        Job: [
          job("web", {
            conditions: [
              { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "limit" },
            ],
          }),
        ],
      },
      /it has failed: limit/,
    ],
  ])("cannot change when it is %s", async (_, kind, contents, text) => {
    expect(await waitOf(kind, contents)).toEqual({
      kind,
      name: "web",
      text: expect.stringMatching(text) as string,
      isSettled: true,
    });
  });

  it.each<[string, string, Contents]>([
    [
      "its containers' creation",
      "Deployment",
      running(
        pod("web-1", {
          ...owned,
          containerStatus: { ready: false, state: { waiting: { reason: "ContainerCreating" } } },
        }),
      ),
    ],
    [
      "a registry's rate limit",
      "Deployment",
      waitingFor("ErrImagePull", "toomanyrequests: slow down"),
    ],
    ["a registry that is not reached", "Deployment", waitingFor("ErrImagePull", "i/o timeout")],
    [
      "a container that ends because another is not there yet",
      "Deployment",
      running(
        pod("web-1", {
          ...owned,
          containerStatus: {
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1, reason: "Error" } },
          },
        }),
      ),
    ],
    [
      "nodes that join",
      "Deployment",
      running(unscheduledPod("web-1", "no nodes available to schedule pods", owned)),
    ],
    [
      "a volume's binding",
      "Deployment",
      running(
        unscheduledPod(
          "web-1",
          "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
          owned,
        ),
      ),
    ],
    [
      "its ServiceAccount, which the same update makes",
      "Deployment",
      refused('error looking up service account alice-dev/web: serviceaccount "web" not found'),
    ],
    [
      "an address",
      "Ingress",
      { Ingress: [ingress("nginx")], IngressClass: [ingressClass("nginx")] },
    ],
    [
      "an address of the default class",
      "Ingress",
      { Ingress: [ingress()], IngressClass: [ingressClass("nginx", true)] },
    ],
    [
      "a load balancer",
      "Service",
      { Service: [service("web", { type: "LoadBalancer", selector: {} })] },
    ],
    [
      "pods of a Service that a custom resource's operator makes",
      "Service",
      { Service: [service("web", { selector: { app: "made" } })], Deployment: [web] },
    ],
  ])("may change when it is %s", async (_, kind, contents) => {
    expect(await waitOf(kind, contents)).toMatchObject({ isSettled: false });
  });

  it("is nothing for an object that is ready or missing, or whose kind has no status", async () => {
    const served: KubernetesObject = pod("web-1", owned);
    const ready: Contents = {
      Deployment: [deployment("web", 1, 1)],
      Service: [service("web")],
      PersistentVolumeClaim: [claim("web", "Bound")],
      Pod: [served],
    };
    for (const kind of ["Deployment", "PersistentVolumeClaim", "ConfigMap", "StatefulSet"]) {
      expect(await waitOf(kind, ready)).toBeUndefined();
    }
  });
});

describe("the diagnosis of an Ingress", () => {
  it("reports a missing controller, with a fix", async () => {
    const cluster = new FakeCluster({ Ingress: [ingress("nginx")] });
    const { findings } = await diagnose(cluster, NAMESPACE, "alice-dev", NOW);
    expect(findings).toEqual([
      expect.objectContaining({
        kind: "Ingress",
        name: "web",
        state: "failed",
        reason: "NoController",
        text: 'the cluster has no IngressClass "nginx"',
      }),
    ]);
  });

  it("reports nothing when the classes cannot be read", async () => {
    const cluster = new FakeCluster(
      { Ingress: [ingress("nginx")] },
      { forbidden: ["IngressClass"] },
    );
    const { findings, unread } = await diagnose(cluster, NAMESPACE, "alice-dev", NOW);
    expect(findings).toEqual([expect.objectContaining({ state: "progressing" })]);
    expect(unread).toEqual(["IngressClass objects may not be listed with this credential"]);
  });
});
