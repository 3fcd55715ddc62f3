import type { KubernetesObject } from "../../../core/manifests/manifest";
import { NODE_LABELS, unplacedPods } from "../../../core/rules/node-labels";
import { object } from "../../helpers/kubernetes-objects";

const ZONE = "topology.kubernetes.io/zone";
const workload = (pod: object, kind = "Deployment", replicas?: number) =>
  object(kind, { replicas, template: { spec: { containers: [], ...pod } } });
const told = (...objects: KubernetesObject[]) =>
  unplacedPods(objects, [...NODE_LABELS, "team"]).map(({ message }) => message);
const terms = (...expressions: object[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: expressions.map((one) => ({ matchExpressions: [one] })),
      },
    },
  },
});
const spread = (topologyKey: string, whenUnsatisfiable: string) => ({
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable }],
});
const beside = (topologyKey: string) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey }] } },
});
const gpu = { key: "cloud.google.com/gke-accelerator", operator: "Exists" };
const arm = { key: "kubernetes.io/arch", operator: "In", values: ["arm64"] };

it.each<[string, object, string]>([
  [
    "a label of another cloud",
    { nodeSelector: { "eks.amazonaws.com/nodegroup": "web" } },
    "with eks.amazonaws.com/nodegroup=web",
  ],
  ["another processor", { nodeSelector: { "kubernetes.io/arch": "arm64" } }, "arch=arm64"],
  ["Windows", { nodeSelector: { "beta.kubernetes.io/os": "windows" } }, "os=windows"],
  ["the control plane", { nodeSelector: { "node-role.kubernetes.io/control-plane": "" } }, "role"],
  ["a label by affinity", terms(gpu), "with cloud.google.com/gke-accelerator"],
  ["either of two that are not there", terms(gpu, arm), "with cloud.google.com/gke-accelerator"],
  ["zones to spread over", spread(ZONE, "DoNotSchedule"), `with the label ${ZONE}`],
  ["the zone of other pods", beside(ZONE), `with the label ${ZONE}`],
])("DOKS has no node for pods that require %s", (_, pod, what) => {
  expect(told(workload(pod))).toEqual([
    expect.stringMatching(
      /^Deployment\/deployment: its pods require a node .*, but the cluster has no such node$/,
    ),
  ]);
  expect(told(workload(pod))[0]).toContain(what);
});

it.each<[string, KubernetesObject[]]>([
  ["labels of DOKS", [workload({ nodeSelector: { "doks.digitalocean.com/gpu-model": "h100" } })]],
  ["labels of the cluster's nodes", [workload({ nodeSelector: { team: "shop" } })]],
  ["the only processor", [workload({ nodeSelector: { "kubernetes.io/arch": "amd64" } })]],
  ["one of two labels", [workload(terms(gpu, { ...arm, values: ["arm64", "amd64"] }))]],
  ["anything but a label", [workload(terms({ key: gpu.key, operator: "DoesNotExist" }))]],
  ["zones, as far as there are any", [workload(spread(ZONE, "ScheduleAnyway"))]],
  ["its own node", [workload(spread("kubernetes.io/hostname", "DoNotSchedule"))]],
  ["a DaemonSet", [workload({ nodeSelector: { gpu: "true" } }, "DaemonSet")]],
  ["no pods at all", [workload({ nodeSelector: { gpu: "true" } }, "Deployment", 0)]],
  [
    "an operator that labels nodes",
    [
      workload({ nodeSelector: { gpu: "true" } }),
      {
        ...object("ClusterRole", {}),
        rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["patch"] }],
      } as KubernetesObject,
    ],
  ],
])("can have a node for %s", (_, objects) => {
  expect(told(...objects)).toEqual([]);
});
