import type { ClusterFiles, Component } from "./cluster-files";

/** A program of a control plane and its command line. */
export interface ComponentCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Controllers that DOKS does not run in kube-controller-manager: nodes, their addresses and routes, and load balancers
 * are DigitalOcean's.
 */
const CONTROLLERS_LEFT_OUT = [
  "cloud-node-lifecycle-controller",
  "node-ipam-controller",
  "node-route-controller",
  "service-lb-controller",
];

/** Time after which a node without a heartbeat is not ready, in seconds: Kubernetes' default. */
const NODE_LEASE_SECONDS = 40;

/**
 * The API server of one control plane, on an etcd that it shares with others.
 *
 * @param serviceSubnet CIDR of the Services
 */
export function apiServer(
  files: ClusterFiles,
  serviceSubnet: string,
  etcd: { readonly endpoint: string; readonly prefix: string },
): ComponentCommand {
  return {
    program: "kube-apiserver",
    args: [
      `--etcd-servers=${etcd.endpoint}`,
      `--etcd-prefix=${etcd.prefix}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${files.port}`,
      `--cert-dir=${files.certificateDirectory}`,
      `--service-cluster-ip-range=${serviceSubnet}`,
      // The only address of a node that reaches this machine.
      "--kubelet-preferred-address-types=InternalDNS",
      // A loopback address is not allowed in endpoints.
      "--endpoint-reconciler-type=none",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${files.serviceAccountKeyFile}`,
      `--service-account-signing-key-file=${files.serviceAccountKeyFile}`,
      `--token-auth-file=${files.tokenFile}`,
      `--authentication-token-webhook-config-file=${files.tokenReviewConfigFile}`,
      "--authentication-token-webhook-version=v1",
      // Short, for tokens that expire. A token that was good stays good for 10 s, as long as the API server's other
      // cache, which has no flag, remembers it.
      "--authentication-token-webhook-cache-ttl=1s",
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      // Pods do not run programs, so their webhooks cannot answer. Each counts as allowing everything.
      "--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook",
      "--allow-privileged=true",
      "--profiling=false",
    ],
  };
}

export function controllerManager(files: ClusterFiles): ComponentCommand {
  return {
    program: "kube-controller-manager",
    args: [
      ...client(files, "controllerManager"),
      "--use-service-account-credentials=true",
      `--service-account-private-key-file=${files.serviceAccountKeyFile}`,
      `--root-ca-file=${files.certificateFile}`,
      `--controllers=*,${CONTROLLERS_LEFT_OUT.map((name) => `-${name}`).join(",")}`,
      // About forty controllers start at once: the default of 20 requests a second would delay them.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ],
  };
}

export function scheduler(files: ClusterFiles): ComponentCommand {
  return {
    program: "kube-scheduler",
    args: [...client(files, "scheduler"), "--kube-api-qps=500", "--kube-api-burst=1000"],
  };
}

/** Simulates the nodes' kubelets, except for their server, which is ./kubelet/kubelet-server.ts. */
export function kwok(files: ClusterFiles, configFile: string): ComponentCommand {
  return {
    program: "kwok",
    args: [
      `--kubeconfig=${files.kubeconfigFile("kwok")}`,
      `--config=${configFile}`,
      "--manage-all-nodes=true",
      `--node-lease-duration-seconds=${NODE_LEASE_SECONDS}`,
    ],
  };
}

/** Options that the controller manager and the scheduler share. One of each runs, and neither serves anything. */
function client(files: ClusterFiles, component: Component): string[] {
  return [
    `--kubeconfig=${files.kubeconfigFile(component)}`,
    "--leader-elect=false",
    "--secure-port=0",
    "--profiling=false",
  ];
}
