import type { Pin } from "./pins";

/** An official release of a binary for one platform, with the checksum its publisher gives. */
export interface Release {
  /** Address of the executable or of a .tar.gz. */
  readonly url: string;
  /** Address of a text with SHA-256 sums. */
  readonly checksumUrl: string;
  /** The folder inside the archive whose files are wanted; `undefined` if {@link url} is the executable itself. */
  readonly archiveFolder: string | undefined;
}

type ReleaseOf = (version: string, platform: Platform) => Release | undefined;

interface Platform {
  /** As Node names it: `linux`, `darwin`. */
  readonly os: string;
  /** As Node names it: `x64`, `arm64`. */
  readonly arch: string;
}

/** Node's names of the architectures that are released, in Go's terms. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** @see https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/ */
const kubernetesFor =
  (name: string, systems: readonly string[]): ReleaseOf =>
  (version, { os, arch }) => {
    const url = `https://dl.k8s.io/release/v${version}/bin/${os}/${GO_ARCH[arch]}/${name}`;
    return systems.includes(os)
      ? { url, checksumUrl: `${url}.sha256`, archiveFolder: undefined }
      : undefined;
  };

/** @see https://github.com/etcd-io/etcd/releases (other systems get a .zip: those build) */
const etcd: ReleaseOf = (version, { os, arch }) => {
  const base = `https://github.com/etcd-io/etcd/releases/download/v${version}`;
  const folder = `etcd-v${version}-${os}-${GO_ARCH[arch]}`;
  return os === "linux"
    ? {
        url: `${base}/${folder}.tar.gz`,
        checksumUrl: `${base}/SHA256SUMS`,
        archiveFolder: folder,
      }
    : undefined;
};

/** The sums come from another host than the archive. The archive holds Pulumi's language hosts too. */
const pulumi: ReleaseOf = (version, { os, arch }) => ({
  url: `https://get.pulumi.com/releases/sdk/pulumi-v${version}-${os}-${arch}.tar.gz`,
  checksumUrl: `https://github.com/pulumi/pulumi/releases/download/v${version}/pulumi-${version}-checksums.txt`,
  archiveFolder: "pulumi",
});

/**
 * kwok is not here: its releases carry no checksums, so it is always built (docs/decisions/0003-toolchain.md). Nor is
 * actionlint, which takes no longer to build than to download.
 */
const RELEASES: Readonly<Record<string, ReleaseOf>> = {
  etcd,
  pulumi,
  "kube-apiserver": kubernetesFor("kube-apiserver", ["linux"]),
  "kube-controller-manager": kubernetesFor("kube-controller-manager", ["linux"]),
  "kube-scheduler": kubernetesFor("kube-scheduler", ["linux"]),
  kubectl: kubernetesFor("kubectl", ["linux", "darwin"]),
};

/** The official release of a binary for a platform; `undefined` if there is none whose checksum can be verified. */
export function officialRelease(pin: Pin, platform: Platform): Release | undefined {
  return platform.arch in GO_ARCH ? RELEASES[pin.name]?.(pin.version, platform) : undefined;
}

/** The SHA-256 of a file in a text of sums: `<sum>  <name>` a line, or the sum alone. */
export function findChecksum(text: string, fileName: string): string | undefined {
  const rows = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/));
  const row =
    rows.find(([, name]) => name === fileName) ?? rows.find((cells) => cells.length === 1);
  return row?.[0] && /^[0-9a-f]{64}$/i.test(row[0]) ? row[0].toLowerCase() : undefined;
}
