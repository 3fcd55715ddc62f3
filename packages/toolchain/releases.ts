import { CHECKSUMS } from "./checksums";
import type { Pin } from "./pins";

/** An official release of a binary for one platform. */
export interface Release extends Place {
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The location of a release. */
interface Place {
  /** URL of the executable or of a .tar.gz. */
  readonly url: string;
  /** The folder of the files inside the archive; `undefined` if {@link url} is the executable itself. */
  readonly archiveFolder: string | undefined;
}

type PlaceOf = (version: string, platform: Platform) => Place | undefined;

interface Platform {
  /** Node's name: `linux`, `darwin`. */
  readonly os: string;
  /** Node's name: `x64`, `arm64`. */
  readonly arch: string;
}

/** Node's names of the released architectures, and Go's. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** @see https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/ */
const kubernetesFor =
  (name: string, systems: readonly string[]): PlaceOf =>
  (version, { os, arch }) => {
    const url = `https://dl.k8s.io/release/v${version}/bin/${os}/${GO_ARCH[arch]}/${name}`;
    return systems.includes(os) ? { url, archiveFolder: undefined } : undefined;
  };

/** @see https://github.com/etcd-io/etcd/releases (other systems get a .zip: those build) */
const etcd: PlaceOf = (version, { os, arch }) => {
  const base = `https://github.com/etcd-io/etcd/releases/download/v${version}`;
  const folder = `etcd-v${version}-${os}-${GO_ARCH[arch]}`;
  return os === "linux"
    ? {
        url: `${base}/${folder}.tar.gz`,
        archiveFolder: folder,
      }
    : undefined;
};

/** The archive also contains Pulumi's language hosts. */
const pulumi: PlaceOf = (version, { os, arch }) => ({
  url: `https://github.com/pulumi/pulumi/releases/download/v${version}/pulumi-v${version}-${os}-${arch}.tar.gz`,
  archiveFolder: "pulumi",
});

/**
 * Without kwok, whose releases have no checksums, so that it is always built (docs/decisions/0003-toolchain.md), and
 * without actionlint, whose build is as fast as its download.
 */
const RELEASES: Readonly<Record<string, PlaceOf>> = {
  etcd,
  pulumi,
  "kube-apiserver": kubernetesFor("kube-apiserver", ["linux"]),
  "kube-controller-manager": kubernetesFor("kube-controller-manager", ["linux"]),
  "kube-scheduler": kubernetesFor("kube-scheduler", ["linux"]),
  kubectl: kubernetesFor("kubectl", ["linux", "darwin"]),
};

/** The official release of a binary for a platform; `undefined` without a release, or without a known checksum. */
export function officialRelease(pin: Pin, platform: Platform): Release | undefined {
  const place = platform.arch in GO_ARCH ? RELEASES[pin.name]?.(pin.version, platform) : undefined;
  const sha256 = CHECKSUMS[place?.url ?? ""];
  return place === undefined || sha256 === undefined ? undefined : { ...place, sha256 };
}
