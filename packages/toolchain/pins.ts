import type { VersionRule } from "./version";

/** A binary of the product or its tests, in the only version that is tested. */
export interface Pin {
  /** Name of the executable. */
  readonly name: string;
  /** Version without a leading `v`; a test compares it with packages/toolchain/modules/<module>/go.mod. */
  readonly version: string;
  /** The versions on PATH that are used instead. */
  readonly accepts: VersionRule;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  /** Folder under packages/toolchain/modules/ with its go.mod and go.sum. */
  readonly module: string;
  /** Go module path whose version is pinned. */
  readonly modulePath: string;
  /** Go package of its main function. */
  readonly package: string;
  /** Variables for the linker: a module build does not know its own version. */
  readonly variables: Readonly<Record<string, string>>;
}

const KUBERNETES = "1.35.4";
const [kubernetesMajor = "", kubernetesMinor = ""] = KUBERNETES.split(".");

/** A binary of a Kubernetes release. A control plane must not mix versions, so only kubectl may differ. */
function kubernetes(name: string, accepts: VersionRule, versionArguments: readonly string[]): Pin {
  return {
    name,
    version: KUBERNETES,
    accepts,
    versionArguments,
    module: "kubernetes",
    modulePath: "k8s.io/kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    variables: {
      "k8s.io/component-base/version.gitVersion": `v${KUBERNETES}`,
      "k8s.io/component-base/version.gitMajor": kubernetesMajor,
      "k8s.io/component-base/version.gitMinor": kubernetesMinor,
      "k8s.io/component-base/version.gitTreeState": "clean",
      "k8s.io/client-go/pkg/version.gitVersion": `v${KUBERNETES}`,
    },
  };
}

/**
 * Every binary. The quickest build is first, so that a broken set-up shows early.
 *
 * Pulumi's plugins are not here: they have the versions of the SDKs in package.json.
 */
export const PINS: readonly Pin[] = [
  {
    name: "actionlint",
    version: "1.7.12",
    accepts: "exact",
    versionArguments: ["-version"],
    module: "actionlint",
    modulePath: "github.com/rhysd/actionlint",
    package: "github.com/rhysd/actionlint/cmd/actionlint",
    variables: { "github.com/rhysd/actionlint.version": "1.7.12" },
  },
  {
    name: "etcd",
    version: "3.6.13",
    accepts: "exact",
    versionArguments: ["--version"],
    module: "etcd",
    modulePath: "go.etcd.io/etcd/server/v3",
    package: "go.etcd.io/etcd/server/v3",
    variables: {},
  },
  {
    name: "kwok",
    version: "0.8.0",
    accepts: "exact",
    versionArguments: ["--version"],
    module: "kwok",
    modulePath: "sigs.k8s.io/kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    variables: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.8.0" },
  },
  kubernetes("kube-apiserver", "exact", ["--version"]),
  kubernetes("kube-controller-manager", "exact", ["--version"]),
  kubernetes("kube-scheduler", "exact", ["--version"]),
  kubernetes("kubectl", "within one minor", ["version", "--client"]),
  {
    name: "pulumi",
    version: "3.259.0",
    accepts: "exact",
    versionArguments: ["version"],
    module: "pulumi",
    modulePath: "github.com/pulumi/pulumi/pkg/v3",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
  },
];

/** The binaries of the emulator's control planes. */
export const CONTROL_PLANE_PINS: readonly Pin[] = PINS.filter(
  ({ name, module }) => ["etcd", "kwok", "kubernetes"].includes(module) && name !== "kubectl",
);
