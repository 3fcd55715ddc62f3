import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { UserError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { describeFault, treeFaults } from "../../core/rules/check-tree";
import { readConfiguration } from "../../core/settings/configuration";
import { render } from "../environments/render";
import { currentCommit } from "../stacks/git";
import { changesOf, type Overrides } from "../stacks/overrides";
import { settingsWith } from "../stacks/stack-config";
import type { Context, Project } from "../terminal/context";
import { type PullRequestEvent, stackOf } from "./event";
import { foreignFaults } from "./foreign-overlay";
import { foreignReferences } from "./foreign-references";
import { layOutOverlay } from "./overlay-data";

/**
 * The overlay of a pull request's commit, where another one is checked out: its files, laid into a folder of their own. A
 * fork's are judged before anything reads them, and once more by what they render to.
 *
 * @returns the folder, absolute; undefined where the project's own is that commit's
 * @throws {UserError} with everything in a fork's overlay that is not allowed
 */
export async function pullRequestOverlay(
  context: Context,
  event: PullRequestEvent,
  overrides: Overrides,
): Promise<string | undefined> {
  const { project } = context;
  const { isFork, commit } = event;
  if (
    !isFork &&
    (overrides.overlay !== undefined || (await currentCommit(project.folder)) === commit)
  ) {
    return undefined;
  }
  const stack = stackOf(event);
  const folder = join(project.folder, ".rendered", stack, "files");
  const { overlay, root } = await layOutOverlay(project, commit, overlayIn(project, stack), folder);
  if (isFork) {
    requireHarmless(foreignFaults(overlay, root), commit);
    await requireHarmlessObjects(context, stack, { ...overrides, overlay }, commit);
  }
  return overlay;
}

/** Where it is says the base branch's profile, and not what an earlier update has left in the stack's own config. */
function overlayIn({ folder, name }: Project, stack: string): string {
  const { layers } = readConfiguration({ projectFolder: folder, project: name, stack });
  const said = layers.profile.overlay ?? layers.project.overlay;
  return typeof said === "string" ? said : "kustomize/ci";
}

async function requireHarmlessObjects(
  { project, env, cwd }: Context,
  stack: string,
  overrides: Overrides,
  commit: string,
): Promise<void> {
  const { name, settings } = settingsWith(project, stack, changesOf(overrides, project, cwd));
  if (settings.podSecurity === "privileged") {
    throw new UserError(
      "podSecurity is privileged, by which a fork's pods could take over their nodes",
      "set podSecurity to baseline in Pulumi.ci.yaml",
    );
  }
  const { manifests } = await render({ projectFolder: project.folder, name, settings, env });
  const objects = parseAllDocuments(manifests).map((one) => one.toJS() as KubernetesObject);
  const { namespace, bounds } = overlayArgs(project.folder, name, settings);
  const place = { ...bounds, namespace, trust: "fork" } as const;
  requireHarmless(
    [...treeFaults(objects, place).map(describeFault), ...foreignReferences(objects)],
    commit,
  );
}

function requireHarmless(faults: readonly string[], commit: string): void {
  if (faults.length > 0) {
    throw new UserError(
      `the overlay of commit ${commit.slice(0, 7)}, which comes from a fork, is not rendered:${faults.map((fault) => `\n  - ${fault}`).join("")}`,
      "take that out of the overlay, or push the branch to this repository once it was looked through",
    );
  }
}
