import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import { diagnose } from "../../../cli/cluster/diagnose";
import type { Finding } from "../../../cli/cluster/diagnosis";
import { UserError } from "../../../core/errors";
import { type Contents, FakeCluster } from "./support/fake-cluster";
import {
  claim,
  controlledBy,
  deployment,
  IMAGE,
  job,
  NAMESPACE,
  NOW,
  node,
  ofContainer,
  type PodChanges,
  pod,
  replicaSet,
  secondsAgo,
  service,
  statefulSet,
  unscheduledPod,
  warning,
} from "./support/objects";

type Options = ConstructorParameters<typeof FakeCluster>[1];

const diagnosisOf = (contents: Contents, options?: Options) =>
  diagnose(new FakeCluster(contents, options), NAMESPACE, "alice-dev", NOW);

async function findingsOf(contents: Contents, options?: Options): Promise<readonly Finding[]> {
  return (await diagnosisOf(contents, options)).findings;
}

/** The finding about a bare pod. */
async function findingOf(one: V1Pod, contents: Contents = {}, options?: Options): Promise<Finding> {
  const findings = await findingsOf({ ...contents, Pod: [one] }, options);
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
}

/** A Deployment of which no pod is ready. */
function broken(replicas: number, changes: PodChanges, status?: Parameters<typeof replicaSet>[2]) {
  const web = deployment("web", replicas, 0);
  const rs = replicaSet(web, "2", status);
  const pods = Array.from({ length: replicas }, (_, index) =>
    pod(`web-${index + 1}`, {
      ...changes,
      metadata: { ...controlledBy("ReplicaSet", rs), ...changes.metadata },
    }),
  );
  return { web, rs, pods, contents: { Deployment: [web], ReplicaSet: [rs], Pod: pods } };
}

const PULLING: PodChanges = {
  containerStatus: {
    ready: false,
    imageID: "",
    state: {
      waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${IMAGE}"` },
    },
  },
};
const NOT_FOUND = `Failed to pull image "${IMAGE}": rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`;

const crashing = (exitCode: number, reason = "Error"): PodChanges => ({
  containerStatus: {
    ready: false,
    restartCount: 4,
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 1m20s restarting failed" } },
    lastState: { terminated: { exitCode, reason, finishedAt: secondsAgo(20) } },
  },
});

const waiting = (reason: string, message: string): PodChanges => ({
  containerStatus: { ready: false, state: { waiting: { reason, message } } },
});

describe("diagnose", () => {
  it("finds nothing in a healthy namespace", async () => {
    const web = deployment("web", 1, 1);
    const rs = replicaSet(web);
    expect(
      await diagnosisOf({
        Deployment: [web],
        ReplicaSet: [rs],
        Pod: [pod("web-1", { metadata: controlledBy("ReplicaSet", rs) })],
        Service: [service("web")],
        PersistentVolumeClaim: [claim("data", "Bound")],
        Node: [node("node-1")],
        // What went wrong before is over.
        Event: [warning("Pod", pod("web-1"), "Unhealthy", "Readiness probe failed")],
      }),
    ).toMatchObject({
      namespace: NAMESPACE,
      takenAt: NOW.toISOString(),
      workloads: [{ name: "web", state: "ready" }],
      findings: [],
      untold: 0,
      unread: [],
    });
  });

  describe("of images", () => {
    it("reports the common failure of a workload's pods once, with the registry's answer and the command", async () => {
      const { contents, pods } = broken(3, PULLING);
      const findings = await findingsOf({
        ...contents,
        Event: pods.flatMap((one) => [
          warning("Pod", one, "Failed", NOT_FOUND, { count: 2 }),
          warning("Pod", one, "Failed", "Error: ImagePullBackOff", {
            lastTimestamp: secondsAgo(5),
          }),
        ]),
      });
      expect(findings).toEqual([
        {
          kind: "Deployment",
          name: "web",
          state: "failed",
          reason: "ImagePullBackOff",
          text: `3 of 3 pods: container "server" cannot pull ${IMAGE}: its registry has no such tag or repository`,
          facts: [],
          pods: ["web-1", "web-2", "web-3"],
          likelyFix: {
            text: "push the image, or use an existing one",
            command: "doks-env up alice-dev --image web=<image>",
          },
          events: [
            {
              about: "Pod/web-1",
              reason: "Failed",
              message: NOT_FOUND,
              count: 6,
              lastSeen: secondsAgo(10).toISOString(),
            },
          ],
          logs: [],
        },
      ]);
    });
  });

  describe("of containers", () => {
    it("reports the exit of a crashing container, with its last lines", async () => {
      const { contents } = broken(2, crashing(1));
      const [finding] = await findingsOf(contents, {
        logs: { "web-1/server previous": "listening\npanic: no such host db\n" },
      });
      expect(finding).toMatchObject({
        state: "failed",
        reason: "CrashLoopBackOff",
        text: '2 of 2 pods: container "server" keeps ending with exit code 1',
        facts: ["it was restarted 4 times"],
        logs: [
          {
            pod: "web-1",
            container: "server",
            run: "previous",
            lines: ["listening", "panic: no such host db"],
          },
        ],
      });
    });

    it.each([
      [0, "its program exited, but should keep running"],
      [127, "its command was not found"],
      [139, "it accessed invalid memory (SIGSEGV)"],
    ])("explains exit code %i", async (exitCode, meaning) => {
      expect((await findingOf(pod("web", crashing(exitCode)))).text).toBe(
        `container "server" keeps ending with exit code ${exitCode}: ${meaning}`,
      );
    });

    it("names the setting of a memory limit that is the namespace's default", async () => {
      const outOfMemory: PodChanges = {
        ...crashing(137, "OOMKilled"),
        container: { resources: { limits: { memory: "128Mi" } } },
      };
      const given = {
        "kubernetes.io/limit-ranger":
          "LimitRanger plugin set: cpu, memory request for container server; memory limit for container server",
      };
      const own = await findingOf(pod("web", outOfMemory));
      expect(own).toMatchObject({
        reason: "OOMKilled",
        text: 'container "server" keeps ending with exit code 137: it ran out of memory',
        likelyFix: { text: "raise the container's memory limit, 128Mi, in the overlay" },
      });
      const ranged = await findingOf(
        pod("web", { ...outOfMemory, metadata: { annotations: given } }),
      );
      expect(ranged.likelyFix?.command).toBe(
        "doks-env up alice-dev --set limits.default.memory=<more than 128Mi>",
      );
    });

    it("names the liveness probe that restarts a container", async () => {
      const one = pod("web", {
        ...crashing(137),
        container: { livenessProbe: { httpGet: { path: "/alive", port: 8080 } } },
      });
      const refused = `Liveness probe failed: Get "http://10.108.0.7:8080/alive": dial tcp 10.108.0.7:8080: connect: connection refused`;
      const { text } = await findingOf(one, {
        Event: [warning("Pod", one, "Unhealthy", refused, ofContainer("server"))],
      });
      expect(text).toBe(
        'container "server" keeps ending with exit code 137: it was killed (SIGKILL); its liveness probe, GET :8080/alive, fails: Get "http://<pod>:8080/alive": dial tcp <pod>:8080: connect: connection refused',
      );
    });

    it("reports the last exit of a restarted container, and reads the logs of both runs", async () => {
      const again = pod("web", {
        containerStatus: {
          ready: false,
          restartCount: 1,
          state: { running: { startedAt: secondsAgo(5) } },
          lastState: { terminated: { exitCode: 2, finishedAt: secondsAgo(8) } },
        },
      });
      const finding = await findingOf(
        again,
        {},
        { logs: { "web/server previous": "fatal\n", "web/server": "" } },
      );
      expect(finding.text).toBe('container "server" keeps ending with exit code 2');
      expect(finding.logs).toMatchObject([
        { run: "previous", lines: ["fatal"] },
        { run: "current", lines: [], unreadable: "it wrote nothing" },
      ]);
    });

    it("reports the probe of an unready container once for pods with different addresses", async () => {
      const { contents, pods } = broken(2, {
        container: { readinessProbe: { httpGet: { path: "/healthz", port: "http" } } },
        containerStatus: { ready: false },
      });
      const addressed = pods.map((one, index) => ({
        ...one,
        status: { ...one.status, podIP: `10.108.0.${index + 5}` },
      }));
      const unhealthy = addressed.map((one) =>
        warning(
          "Pod",
          one,
          "Unhealthy",
          `Readiness probe failed: Get "http://${one.status.podIP}:80/healthz": context deadline exceeded`,
          ofContainer("server"),
        ),
      );
      const findings = await findingsOf(
        { ...contents, Pod: addressed, Event: unhealthy },
        { logs: { "web-1/server": "waiting for db\n" } },
      );
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        state: "progressing",
        reason: "Unhealthy",
        text: '2 of 2 pods: container "server" is running but not ready: its readiness probe, GET :http/healthz, fails: Get "http://<pod>:80/healthz": context deadline exceeded',
        logs: [{ run: "current", lines: ["waiting for db"] }],
      });
    });

    it("does not show a probe's command", async () => {
      const { text } = await findingOf(
        pod("web", {
          container: { readinessProbe: { exec: { command: ["check", "--password", "hunter2"] } } },
          containerStatus: { ready: false },
        }),
      );
      expect(text).toBe(
        'container "server" is running but not ready: its readiness probe, a command, has not succeeded yet',
      );
    });

    it.each([
      [
        waiting("CreateContainerConfigError", 'secret "db" not found'),
        'container "server" cannot be configured: secret "db" not found',
        'add Secret "db" to the overlay, or correct its name there',
      ],
      [
        waiting("CreateContainerConfigError", 'configmap "app" not found'),
        'container "server" cannot be configured: configmap "app" not found',
        'add ConfigMap "app" to the overlay, or correct its name there',
      ],
      [
        waiting(
          "CreateContainerConfigError",
          "container has runAsNonRoot and image will run as root",
        ),
        'container "server" cannot be configured: container has runAsNonRoot and image will run as root',
        "set a runAsUser other than 0 in the overlay, or a user in the image",
      ],
      [
        waiting("RunContainerError", 'exec: "serve": executable file not found in $PATH'),
        'container "server" cannot be started: exec: "serve": executable file not found in $PATH',
        "fix the reported problem in the overlay",
      ],
    ])("reports why a container cannot start: %#", async (changes, text, fix) => {
      expect(await findingOf(pod("web", changes))).toMatchObject({
        state: "failed",
        text,
        likelyFix: { text: fix },
        logs: [],
      });
    });

    it("reports the init container that blocks the others", async () => {
      const finding = await findingOf(
        pod("web", {
          spec: {
            initContainers: [
              { name: "proxy", restartPolicy: "Always" },
              { name: "migrate" },
              { name: "seed" },
            ],
          },
          containerStatus: { ready: false, state: { waiting: { reason: "PodInitializing" } } },
          status: {
            phase: "Pending",
            initContainerStatuses: [
              {
                name: "proxy",
                ready: true,
                restartCount: 0,
                image: "",
                imageID: "",
                state: { running: {} },
              },
              {
                name: "migrate",
                ready: false,
                restartCount: 2,
                image: "",
                imageID: "",
                state: { waiting: { reason: "CrashLoopBackOff" } },
                lastState: { terminated: { exitCode: 1, reason: "Error" } },
              },
              {
                name: "seed",
                ready: false,
                restartCount: 0,
                image: "",
                imageID: "",
                state: { waiting: { reason: "PodInitializing" } },
              },
            ],
          },
        }),
        {},
        { logs: { "web/migrate previous": "relation exists\n" } },
      );
      expect(finding).toMatchObject({
        text: 'init container "migrate" keeps ending with exit code 1',
        logs: [{ container: "migrate", lines: ["relation exists"] }],
      });
    });

    it("reports why a log cannot be read", async () => {
      expect((await findingOf(pod("web", crashing(1)))).logs).toEqual([
        {
          pod: "web",
          container: "server",
          run: "previous",
          lines: [],
          unreadable: "the cluster has no log of web/server previous",
        },
      ]);
    });
  });

  describe("of pods", () => {
    const changes = (cpu: string) => ({
      container: { resources: { requests: { cpu, memory: "256Mi" } } },
    });

    it("reports a full cluster, and how to enlarge it", async () => {
      const message =
        "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
      const contents = { Node: [node("node-1"), node("node-2")] };
      expect(
        await findingOf(unscheduledPod("web", message, changes("500m")), contents),
      ).toMatchObject({
        state: "failed",
        reason: "Unschedulable",
        text: "no node takes it: 0/2 nodes are available: 2 Insufficient cpu",
        facts: [
          "a pod requests 500m cpu and 256Mi memory; the largest node offers 1900m cpu and 3072Mi memory in all",
        ],
        likelyFix: { command: "doks-env up alice-dev --set nodeCount=<more>" },
      });
      const large = await findingOf(unscheduledPod("web", message, changes("2")), contents);
      expect(large.likelyFix?.command).toBe("doks-env up alice-dev --set nodeSize=<larger size>");
    });

    it.each<[string, PodChanges, RegExp]>([
      [
        "more nodes",
        changes("500m"),
        /^request less in the overlay, or ask the shared cluster's administrator for more nodes$/,
      ],
      ["larger nodes", changes("2"), /or ask the shared cluster's administrator for larger nodes$/],
    ])("refers a tenant to the cluster's administrator for %s", async (_, its, text) => {
      const message = "0/2 nodes are available: 2 Insufficient cpu.";
      const Pod = [unscheduledPod("web", message, its)];
      const cluster = new FakeCluster({ Node: [node("node-1"), node("node-2")], Pod });
      const { findings } = await diagnose(cluster, NAMESPACE, "bob-dev", NOW, true);
      expect(findings.map(({ likelyFix }) => likelyFix)).toEqual([
        { text: expect.stringMatching(text) as string, command: "doks-env up bob-dev" },
      ]);
    });

    it("waits for the autoscaler, and reports when it is at its maximum", async () => {
      const one = unscheduledPod("web", "0/2 nodes are available: 2 Insufficient memory.");
      const scaling = warning("Pod", one, "TriggeredScaleUp", "pod triggered scale-up", {
        type: "Normal",
      });
      expect(await findingOf(one, { Event: [scaling] })).toMatchObject({
        state: "progressing",
        text: "no node takes it: 0/2 nodes are available: 2 Insufficient memory; the autoscaler adds one",
      });
      const atMost = warning("Pod", one, "NotTriggerScaleUp", "max node group size reached", {
        lastTimestamp: secondsAgo(1),
      });
      expect(await findingOf(one, { Event: [scaling, atMost] })).toMatchObject({
        state: "failed",
        likelyFix: { command: "doks-env up alice-dev --set maxNodes=<more>" },
      });
    });

    it("waits for nodes that are starting", async () => {
      const message =
        "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.";
      expect(await findingOf(unscheduledPod("web", message))).toMatchObject({
        state: "progressing",
      });
    });

    it("reports why a volume cannot be mounted", async () => {
      const one = pod("web", waiting("ContainerCreating", ""));
      const event = warning(
        "Pod",
        one,
        "FailedMount",
        'MountVolume.SetUp failed for volume "config" : configmap "app" not found',
      );
      expect(await findingOf(one, { Event: [event] })).toMatchObject({
        state: "failed",
        reason: "FailedMount",
        text: 'its volumes cannot be mounted: MountVolume.SetUp failed for volume "config" : configmap "app" not found',
        likelyFix: { text: 'add ConfigMap "app" to the overlay, or correct its name there' },
      });
    });

    it("reports why a pod was evicted", async () => {
      const message = "The node was low on resource: memory. Threshold quantity: 100Mi.";
      expect(
        await findingOf(pod("web", { status: { phase: "Failed", reason: "Evicted", message } })),
      ).toMatchObject({
        state: "failed",
        reason: "Evicted",
        text: `the pod was terminated (Evicted): ${message}`,
        likelyFix: { command: "doks-env up alice-dev --set nodeSize=<larger size>" },
      });
    });

    it("ignores the status of pods on a lost node", async () => {
      const one = pod("web", crashing(1));
      const findings = await findingsOf({ Pod: [one], Node: [node("node-1", false)] });
      expect(findings.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
        "Node: it is not ready: Kubelet stopped posting node status.",
        "Pod: its node node-1 is not ready",
      ]);
    });
  });

  describe("of controllers", () => {
    const QUOTA =
      'pods "web-5d8f-" is forbidden: exceeded quota: environment, requested: requests.cpu=2, used: requests.cpu=15500m, limited: requests.cpu=16';

    it("reports a ReplicaSet's refused pods, and the setting that allows them", async () => {
      const web = deployment("web", 3, 1);
      const rs = replicaSet(web, "2", {
        replicas: 1,
        conditions: [
          { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: QUOTA },
        ],
      });
      const events = ["abcde", "fghij"].map((suffix) =>
        warning(
          "ReplicaSet",
          rs,
          "FailedCreate",
          `Error creating: ${QUOTA.replace("web-5d8f-", `web-5d8f-${suffix}`)}`,
          { count: 4 },
        ),
      );
      const [finding, ...others] = await findingsOf({
        Deployment: [web],
        ReplicaSet: [rs],
        Pod: [pod("web-1", { metadata: controlledBy("ReplicaSet", rs) })],
        Event: events,
      });
      expect(others).toEqual([]);
      expect(finding).toMatchObject({
        kind: "Deployment",
        state: "failed",
        reason: "QuotaExceeded",
        text: "2 of 3 pods cannot be created: the namespace's quota is used up: requests.cpu 15500m of 16 used, 2 more requested",
        likelyFix: { command: "doks-env up alice-dev --set quota.cpu=<more than 16>" },
        events: [{ about: "ReplicaSet/web-rs2", reason: "FailedCreate", count: 8 }],
      });
    });

    it("reports a StatefulSet's refused pods from its events", async () => {
      const db = statefulSet("db", 1, 0);
      const message =
        'create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: environment, requested: requests.storage=500Gi, used: requests.storage=0, limited: requests.storage=200Gi';
      const [finding] = await findingsOf({
        StatefulSet: [db],
        Event: [warning("StatefulSet", db, "FailedCreate", message)],
      });
      expect(finding).toMatchObject({
        text: "1 of 1 pod cannot be created: the namespace's quota is used up: requests.storage 0 of 200Gi used, 500Gi more requested",
        likelyFix: { command: "doks-env up alice-dev --set quota.storage=<more than 200Gi>" },
      });
    });

    it("ignores an earlier refusal", async () => {
      const db = statefulSet("db", 1, 0);
      const [finding] = await findingsOf({
        StatefulSet: [db],
        Pod: [
          pod("db-0", {
            ...waiting("ContainerCreating", ""),
            metadata: controlledBy("StatefulSet", db),
          }),
        ],
        Event: [warning("StatefulSet", db, "FailedCreate", QUOTA)],
      });
      expect(finding).toMatchObject({
        state: "progressing",
        text: "1 of 1 pod: its containers are being created",
      });
    });

    it("reports a failed rollout, and the pods that still serve", async () => {
      const web = deployment("web", 1, 1, {
        updatedReplicas: 1,
        conditions: [
          {
            type: "Progressing",
            status: "False",
            reason: "ProgressDeadlineExceeded",
            message: 'ReplicaSet "web-rs2" has timed out progressing.',
          },
        ],
      });
      const [before, after] = [replicaSet(web, "1"), replicaSet(web, "2")];
      const [finding] = await findingsOf(
        {
          Deployment: [web],
          ReplicaSet: [before, after],
          Pod: [
            pod("web-old", { metadata: controlledBy("ReplicaSet", before) }),
            pod("web-new", {
              metadata: controlledBy("ReplicaSet", after),
              containerStatus: { ready: false },
            }),
          ],
          Service: [service("web")],
        },
        { logs: { "web-new/server": "hello" } },
      );
      expect(finding).toMatchObject({
        state: "failed",
        text: '1 of 1 new pod: container "server" is running but not ready',
        facts: [
          'ReplicaSet "web-rs2" has timed out progressing.',
          "1 pod of the previous revision still serves",
        ],
      });
    });

    it("reports a Job's failure from its remaining pods", async () => {
      const migrate = job("migrate", {
        failed: 2,
        conditions: [
          {
            type: "Failed",
            status: "True",
            reason: "BackoffLimitExceeded",
            message: "Job has reached the specified backoff limit",
          },
        ],
      });
      const ended = (name: string) =>
        pod(name, {
          metadata: controlledBy("Job", migrate),
          spec: { restartPolicy: "Never" },
          containerStatus: {
            ready: false,
            state: { terminated: { exitCode: 1, reason: "Error" } },
          },
        });
      const [finding] = await findingsOf(
        { Job: [migrate], Pod: [ended("migrate-1"), ended("migrate-2")] },
        { logs: { "migrate-1/server": "no such table\n" } },
      );
      expect(finding).toMatchObject({
        kind: "Job",
        state: "failed",
        text: '2 of 2 pods: container "server" has ended with exit code 1',
        facts: ["it has failed: Job has reached the specified backoff limit"],
        logs: [{ run: "current", lines: ["no such table"] }],
      });
      const [alone] = await findingsOf({ Job: [migrate] });
      expect(alone?.text).toBe("it has failed: Job has reached the specified backoff limit");
    });

    it("does not report a Job with retries left as failed", async () => {
      const migrate = job("migrate", { failed: 1, active: 1 });
      const [finding] = await findingsOf(
        {
          Job: [migrate],
          Pod: [
            pod("migrate-1", { ...crashing(1), metadata: controlledBy("Job", migrate) }),
            pod("migrate-2", { metadata: controlledBy("Job", migrate) }),
          ],
        },
        { logs: { "migrate-1/server previous": "" } },
      );
      expect(finding).toMatchObject({ state: "progressing" });
    });
  });

  describe("of a workload's dependencies", () => {
    it("distinguishes a failed load balancer from a pending one", async () => {
      const web = service("web", { type: "LoadBalancer", selector: {} });
      const failed = warning(
        "Service",
        web,
        "SyncLoadBalancerFailed",
        "Error syncing load balancer: failed to ensure load balancer: POST https://api.digitalocean.com/v2/load_balancers: 422 load balancer limit exceeded",
      );
      expect(await findingsOf({ Service: [web], Event: [failed] })).toMatchObject([
        {
          kind: "Service",
          state: "failed",
          reason: "SyncLoadBalancerFailed",
          text: `its load balancer has no address: ${failed.message ?? ""}`,
          likelyFix: { command: "doks-env list --expired" },
          events: [{ about: "Service/web" }],
        },
      ]);
      expect(await findingsOf({ Service: [web] })).toMatchObject([
        { state: "progressing", text: "its load balancer has no address yet" },
      ]);
      const has = { ...web, status: { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } } };
      expect(await findingsOf({ Service: [has] })).toEqual([]);
    });

    it("reports a Service that selects no pods, or a port that they do not have", async () => {
      const contents: Contents = { Pod: [pod("web")] };
      const lost = service("web", { selector: { app: "webb", tier: "front" } });
      expect(await findingsOf({ ...contents, Service: [lost] })).toMatchObject([
        {
          kind: "Service",
          state: "failed",
          reason: "NoPods",
          text: "it selects pods with app=webb,tier=front, and no workload has such pods",
        },
      ]);
      const named = service("web", { ports: [{ port: 80, targetPort: "http" }] });
      expect(await findingsOf({ ...contents, Service: [named] })).toMatchObject([
        {
          reason: "NoPort",
          text: 'port 80 goes to "http", and no container of its pods has a port of that name',
        },
      ]);
    });

    it.each([
      ["has no selector", service("web", { selector: {} })],
      ["points elsewhere", service("web", { type: "ExternalName", externalName: "example.com" })],
      ["belongs to a workload of no pods", service("idle")],
    ])("accepts a Service that %s", async (_, one) => {
      const contents = { Service: [one], Deployment: [deployment("idle", 0, 0)] };
      expect(await findingsOf(contents)).toEqual([]);
    });

    it("lists with a workload the Services that do not answer because of it", async () => {
      const { contents } = broken(1, PULLING);
      const [finding, ...others] = await findingsOf({ ...contents, Service: [service("web")] });
      expect(others).toEqual([]);
      expect(finding?.facts.at(-1)).toBe('Service "web" has no ready pod');
    });

    it("reports a claim without a volume before the pod that waits for it", async () => {
      const data = claim("data", "Pending");
      const one = unscheduledPod(
        "db",
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
        {
          spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
        },
      );
      const failed = warning(
        "PersistentVolumeClaim",
        data,
        "ProvisioningFailed",
        'storageclass.storage.k8s.io "fast" not found',
      );
      const findings = await findingsOf({
        Pod: [one],
        PersistentVolumeClaim: [data],
        Event: [failed],
      });
      expect(findings).toMatchObject([
        {
          kind: "PersistentVolumeClaim",
          state: "failed",
          text: 'it has no volume: storageclass.storage.k8s.io "fast" not found',
          likelyFix: { text: expect.stringContaining("storage class") },
        },
        { kind: "Pod", reason: "Unschedulable" },
      ]);
    });

    it("accepts a claim that waits for its first pod, and reports a lost volume", async () => {
      expect(await findingsOf({ PersistentVolumeClaim: [claim("later", "Pending")] })).toEqual([]);
      expect(await findingsOf({ PersistentVolumeClaim: [claim("gone", "Lost")] })).toMatchObject([
        { state: "failed", reason: "Lost" },
      ]);
    });
  });

  it("counts and dates events of both kinds, the scheduler's as the client library leaves them", async () => {
    const one = unscheduledPod("web", "0/1 nodes are available: 1 Insufficient cpu.");
    const series = { count: 7, lastObservedTime: "2026-11-23T09:59:58.123456Z" };
    const scheduler = {
      ...warning("Pod", one, "FailedScheduling", "0/1 nodes are available"),
      lastTimestamp: undefined,
      count: undefined,
      eventTime: "2026-11-23T09:50:00.000000Z",
      series,
    } as unknown as CoreV1Event;
    const { events } = await findingOf(one, {
      Event: [warning("Pod", one, "Preempted", "by another", { count: 2 }), scheduler],
    });
    expect(events).toMatchObject([
      { reason: "FailedScheduling", count: 7, lastSeen: "2026-11-23T09:59:58.123Z" },
      { reason: "Preempted", count: 2, lastSeen: "2026-11-23T09:59:50.000Z" },
    ]);
  });

  it("omits scheduling failures of a scheduled pod", async () => {
    const one = pod("web", crashing(1));
    const { events } = await findingOf(one, {
      Event: [
        warning(
          "Pod",
          one,
          "FailedScheduling",
          "0/1 nodes are available: 1 node(s) had untolerated taint(s).",
        ),
        warning("Pod", one, "BackOff", "Back-off restarting failed container"),
      ],
    });
    expect(events.map(({ reason }) => reason)).toEqual(["BackOff"]);
  });

  it("lists failures before pending objects", async () => {
    const findings = await findingsOf({
      Pod: [pod("a", waiting("ContainerCreating", "")), pod("b", crashing(1))],
    });
    expect(findings.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "b failed",
      "a progressing",
    ]);
  });

  it("lists the kinds that it may not read, and does not judge them", async () => {
    const contents: Contents = { Pod: [pod("web", crashing(1))], Service: [service("api")] };
    const { findings, unread } = await diagnosisOf(contents, {
      forbidden: ["Node", "Event", "Deployment"],
    });
    expect(findings.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["Pod web"]);
    expect(unread).toEqual([
      "Deployment objects may not be listed with this credential",
      "Event objects may not be listed with this credential",
      "Node objects may not be listed with this credential",
    ]);
  });

  it("fails when it may not even read pods", async () => {
    await expect(diagnosisOf({}, { forbidden: ["Pod"] })).rejects.toThrow(UserError);
  });

  it("is limited when everything fails, and reads few logs", async () => {
    const pods = Array.from({ length: 60 }, (_, index) => pod(`p-${index}`, crashing(1)));
    const cluster = new FakeCluster({ Pod: pods });
    const { findings, untold } = await diagnose(cluster, NAMESPACE, "alice-dev", NOW);
    expect([findings.length, untold, cluster.logRequests.length]).toEqual([25, 35, 25]);
    const { contents } = broken(30, PULLING);
    expect((await findingsOf(contents))[0]?.pods).toHaveLength(10);
  });

  it("shows neither secrets nor environment variables", async () => {
    const secret = "hunter2hunter2";
    const said = `cannot connect with password=${secret} at db`;
    const one = pod("web", {
      ...crashing(1),
      container: {
        env: [{ name: "PLAIN", value: secret }],
        args: ["--password", secret],
        livenessProbe: { httpGet: { port: 80, path: `/?token=${secret}` } },
      },
      metadata: { annotations: { note: secret } },
    });
    const { status } = one;
    const [server] = status?.containerStatuses ?? [];
    Object.assign(server?.lastState?.terminated ?? {}, { message: said });
    const creating = pod("creating", waiting("ContainerCreating", ""));
    const data = claim("data", "Pending");
    const web = service("web", { type: "LoadBalancer" });
    const migrate = job("migrate", {
      conditions: [{ type: "Failed", status: "True", message: said }],
    });
    const db = statefulSet("db", 1, 0);
    const diagnosis = await diagnosisOf(
      {
        Pod: [
          one,
          unscheduledPod("late", said),
          creating,
          pod("pulling", waiting("ImagePullBackOff", said)),
          pod("misconfigured", waiting("CreateContainerConfigError", said)),
          pod("evicted", { status: { phase: "Failed", reason: "Evicted", message: said } }),
        ],
        Job: [migrate],
        StatefulSet: [db],
        Service: [web],
        PersistentVolumeClaim: [data],
        Node: [
          {
            ...node("node-2", false),
            status: { conditions: [{ type: "Ready", status: "False", message: said }] },
          },
        ],
        Event: [
          warning("Pod", one, "Unhealthy", `Liveness probe failed: ${said}`, ofContainer("server")),
          warning("Pod", creating, "FailedMount", said),
          warning("Service", web, "SyncLoadBalancerFailed", said),
          warning("PersistentVolumeClaim", data, "ProvisioningFailed", said),
          warning("StatefulSet", db, "FailedCreate", said),
        ],
      },
      { logs: { "web/server previous": `${said}\n\u001b[31mdop_v1_${secret}\u001b[0m\n` } },
    );
    expect(diagnosis.findings).toHaveLength(11);
    const text = JSON.stringify(diagnosis);
    expect(text).not.toContain(secret);
    expect(text.split("[redacted]").length).toBeGreaterThan(12);
    expect(text).not.toContain("\\u001b");
  });
});
