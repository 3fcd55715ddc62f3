import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describeError, UserError } from "../errors";
import { redact } from "../redact";
import { isObject, type Layer, type Value } from "../settings/layers";
import { loadingEnvironment } from "./fetch-remote";

const execute = promisify(execFile);

export interface Chart {
  readonly name: string;
  /** The folder that kustomize searches, relative to the kustomization's. */
  readonly home: string;
  /** The chart repository. @default - none: the chart must exist in `home` */
  readonly repo?: string;
  /** @default - the newest */
  readonly version?: string;
}

/** kustomize's default. */
const DEFAULT_HOME = "charts";
/** The kind of a chart generator's configuration, and the field of a kustomization with a list of them. */
const GENERATOR = "HelmChartInflationGenerator";

/**
 * The charts of a kustomization, or of a generator's configuration.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/types/helmchartargs.go
 */
export function chartsIn(object: Layer): Chart[] {
  const globals = isObject(object.helmGlobals) ? object.helmGlobals : {};
  return [
    ...objectsIn(object.helmCharts).map((chart) => chartOf({ ...globals, ...chart })),
    ...objectsIn(object.helmChartInflationGenerator).map(
      ({ chartName, chartRepoUrl, chartVersion, chartHome }) =>
        chartOf({
          name: chartName ?? null,
          repo: chartRepoUrl ?? null,
          version: chartVersion ?? null,
          chartHome: chartHome ?? null,
        }),
    ),
    ...(object.kind === GENERATOR ? [chartOf(object)] : []),
  ];
}

function chartOf(fields: Layer): Chart {
  const [name = "", repo, version, home = DEFAULT_HOME] = [
    fields.name,
    fields.repo,
    fields.version,
    fields.chartHome,
  ].map(textOf);
  const isVersioned = repo !== undefined && version !== undefined;
  return {
    name,
    home: isVersioned ? `${home}/${name}-${version}` : home,
    repo,
    version,
  };
}

/** @returns undefined for an empty or missing value */
function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function objectsIn(value: Value | undefined): Layer[] {
  return Array.isArray(value) ? (value as readonly Value[]).filter(isObject) : [];
}

/**
 * Loads a chart to where kustomize expects it, so that the build needs no network.
 *
 * @param helm - the program, absolute
 * @param folder - absolute
 * @throws {UserError} with helm's own message
 */
export async function loadChart(
  helm: string,
  { name, repo = "", version }: Chart,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const source = repo.startsWith("oci://")
    ? [`${repo.replace(/\/$/, "")}/${name}`]
    : ["--repo", repo, name];
  const versioned = version === undefined ? [] : ["--version", version];
  const args = ["pull", "--untar", "--untardir", folder, ...source, ...versioned];
  try {
    await execute(helm, args, { env: loadingEnvironment(env) });
  } catch (cause) {
    throw new UserError(
      `helm cannot load the chart ${name} from ${redact(repo)}: ${redact(describeError(cause))}`,
      `check that \`helm pull ${name} --repo ${redact(repo)}\` works`,
      { cause },
    );
  }
}
