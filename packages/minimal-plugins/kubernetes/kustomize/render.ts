/** Builds a kustomization with kubectl, which contains kustomize. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../errors";
import type { PropertyMap, PropertyValue } from "../../protocol/properties";
import { isPropertyMap } from "../../protocol/properties";
import { parseYamlStream } from "../api/yaml";

/** Options of a kustomize build, the same as in the official plugin. */
export type Build = "component" | "invoke";

const OPTIONS: Readonly<Record<Build, readonly string[]>> = {
  component: [
    "--load-restrictor=LoadRestrictionsNone",
    "--enable-alpha-plugins",
    "--enable-helm",
    "--helm-command=helm",
    "--reorder=none",
  ],
  invoke: ["--load-restrictor=LoadRestrictionsRootOnly", "--reorder=legacy"],
};

/** Enough for the manifests of a large tree. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const run = promisify(execFile);

/**
 * The objects of a kustomization, in the order kustomize gives them.
 *
 * @param directory relative to the working directory, which is the program's.
 * @throws {UserError} when kubectl is missing.
 * @throws {Error} with kustomize's own words when it does not build.
 */
export async function renderKustomization(
  directory: string,
  build: Build,
  signal: AbortSignal,
): Promise<PropertyMap[]> {
  try {
    const { stdout } = await run("kubectl", ["kustomize", ...OPTIONS[build], directory], {
      maxBuffer: MAX_OUTPUT_BYTES,
      signal,
    });
    return OTHER_LINE_ENDS.test(stdout) ? await readByGo(stdout, signal) : parseObjects(stdout);
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") {
      throw new UserError(
        "kubectl, which builds kustomizations here, is not on PATH",
        "put kubectl 1.35 on PATH",
      );
    }
    const said = stderr
      ?.split("\n")
      .filter((line) => line !== "" && !line.startsWith("Flag --reorder"))
      .join("\n");
    throw new Error(
      `kustomize failed for directory "${directory}": ${said || (error as Error).message}`,
    );
  }
}

/** kustomize writes them as they are, and indents as after the end of a line: only Go's parser reads that. */
const OTHER_LINE_ENDS = /[\u2028\u2029]/;
const REPEAT = ["patch", "--local", "--type=merge", "--patch={}", "--output=json", "--filename=-"];

/** kubectl, which has that parser, repeats objects as JSON when it is to change nothing about them. */
async function readByGo(yaml: string, signal: AbortSignal): Promise<PropertyMap[]> {
  const running = run("kubectl", REPEAT, { maxBuffer: MAX_OUTPUT_BYTES, signal });
  running.child.stdin?.end(yaml);
  return (await running).stdout
    .split(/^(?=\{)/m)
    .filter((text) => text.trim() !== "")
    .map((text) => JSON.parse(text) as PropertyMap);
}

/** The objects in a stream of YAML documents; empty documents are left out. */
export function parseObjects(text: string): PropertyMap[] {
  return (parseYamlStream(text) as PropertyValue[])
    .filter(isPropertyMap)
    .filter((object) => Object.keys(object).length > 0);
}
