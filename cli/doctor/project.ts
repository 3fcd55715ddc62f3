import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { type LoadedSettings, loadSettings, type Settings } from "../../core/settings";
import { ConfigError } from "../../core/settings/config-error";
import { profileNames } from "../../core/settings/project-files";
import type { Project } from "../terminal/context";
import type { CheckResult } from "./doctor.data";
import { installedVersion, readPackageJson } from "./package-json";

const EXACT_VERSION = /^\d+\.\d+\.\d+/;

/** Checks that the packages of the project's program are installed in the versions of its package.json. */
export function checkPackages({ folder }: Project): CheckResult {
  const subject = "packages";
  const wanted = Object.entries(readPackageJson(folder).dependencies ?? {});
  const other = wanted.filter(([name, version]) => {
    const installed = installedVersion(folder, name);
    return installed === undefined || (EXACT_VERSION.test(version) && installed !== version);
  });
  if (other.length === 0) {
    return { subject, state: "ok", found: `all ${wanted.length} are in node_modules` };
  }
  const [first = ""] = other.map(([name]) => name);
  const named = other.length === 1 ? first : `${first} and ${other.length - 1} more`;
  return {
    subject,
    state: "fault",
    found: `${named} not in node_modules, or not in the version of package.json`,
    fix: `npm ci   # in ${folder}`,
  };
}

/** A profile with valid settings. */
export interface Profile {
  readonly name: string;
  readonly settings: Settings;
}

/** The settings of each profile, and the faults of the profiles' files. */
export function checkProfiles({ folder, name: project }: Project): {
  readonly findings: readonly CheckResult[];
  readonly profiles: readonly Profile[];
} {
  const names = profileNames(folder);
  if (names.length === 0) {
    const found = `there is no Pulumi.<profile>.yaml in ${folder}`;
    const fix = `echo 'config: {}' > Pulumi.dev.yaml   # in ${folder}`;
    return { findings: [{ subject: "profiles", state: "fault", found, fix }], profiles: [] };
  }
  const findings: CheckResult[] = [];
  const profiles: Profile[] = [];
  for (const name of names) {
    const subject = `profile ${name}`;
    try {
      // The settings of a new stack, without settings of its own.
      const stack = { projectFolder: folder, project, stack: `any-${name}`, config: {} };
      const loaded = loadSettings(stack);
      profiles.push({ name, settings: loaded.settings });
      findings.push({ subject, ...aboutOverlay(folder, loaded) });
    } catch (error) {
      findings.push(...faultsOf(error, name).map((fault) => ({ subject, ...fault })));
    }
  }
  return { findings, profiles };
}

function aboutOverlay(
  folder: string,
  { name, settings }: LoadedSettings,
): Omit<CheckResult, "subject"> {
  if (settings.placement === "domain") {
    return { state: "ok", found: `the domain ${settings.domain ?? ""}, without a cluster` };
  }
  if (settings.placement === "host") {
    return {
      state: "ok",
      found: `a shared cluster, without an overlay: ${nodesInWords(settings)}`,
    };
  }
  const { overlay } = overlayArgs(folder, name, settings);
  return existsSync(resolve(folder, overlay))
    ? { state: "ok", found: `${overlay} on ${inWords(settings)}` }
    : {
        state: "fault",
        found: `overlay "${overlay}" does not exist`,
        fix: `edit Pulumi.${name.profile}.yaml: set overlay to the folder of a kustomization`,
      };
}

function inWords(settings: Settings): string {
  return `${nodesInWords(settings)}, for ${settings.ttl}`;
}

function nodesInWords(settings: Settings): string {
  const { nodeCount, minNodes, maxNodes, nodeSize, region, kubernetesVersion } = settings;
  const nodes =
    minNodes === undefined || maxNodes === undefined ? nodeCount : `${minNodes} to ${maxNodes}`;
  return `${nodes} x ${nodeSize} in ${region}, Kubernetes ${kubernetesVersion}`;
}

function faultsOf(error: unknown, profile: string): Omit<CheckResult, "subject">[] {
  if (error instanceof ConfigError) {
    return error.faults.map(({ message, fix }) => ({ state: "fault", found: message, fix }));
  }
  const [found = ""] = (error as Error).message.split("\n");
  return [{ state: "fault", found, fix: `edit Pulumi.${profile}.yaml: it must be YAML` }];
}
