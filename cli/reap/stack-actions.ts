import type { DigitalOcean } from "../account/digitalocean";
import { takeDown } from "../environments/take-down";
import type { GitHub } from "../pull-requests/github/github";
import { reportRemoval } from "../pull-requests/report-removal";
import { putToSleep } from "../sleep/sleep";
import { wake } from "../sleep/wake";
import type { StackRecord } from "../stacks/record";
import { requireStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import type { ProgressLines } from "../terminal/progress";
import type { Announcer } from "./announcer";
import { stackRevision } from "./known-stack";
import {
  type Bounds,
  ChangedError,
  type ReaperActions,
  type TeardownBounds,
} from "./reaper-actions";

/**
 * The real actions: through Pulumi, DigitalOcean's API and the channels for warnings.
 *
 * @param gitHub - undefined when no repository is configured
 */
export function openActions(
  context: Context,
  account: DigitalOcean,
  announcer: Announcer,
  gitHub: GitHub | undefined,
): ReaperActions {
  const workspace = openWorkspace(context);
  /** The context of one action, with its own output and its own signal. */
  const boundTo = (stack: string, { signal, revision }: Bounds) => {
    const say = (line: string) => context.say(`${stack}: ${line}`);
    const tools = { workspace, account, progress: quietly(say) };
    const allow =
      ({ clusterIds }: TeardownBounds) =>
      (record: StackRecord, deleted: readonly string[]) => {
        if (revision !== undefined && stackRevision(context.env, record) !== revision) {
          throw new ChangedError("it has just been changed");
        }
        const others = deleted.filter((id) => !clusterIds.includes(id));
        if (others.length > 0) {
          throw new ChangedError(`the plan does not contain its cluster ${others.join(", ")}`);
        }
      };
    return { own: { ...context, signal, say }, tools, allow };
  };
  return {
    destroy: async (stack, bounds, why) => {
      const { own, tools, allow } = boundTo(stack, bounds);
      const record = await requireStack(own, stack);
      const taken = await takeDown(own, stack, tools, { command: "down", allow: allow(bounds) });
      if (gitHub !== undefined) {
        await reportRemoval(own, gitHub, record, why, taken);
      }
      return taken;
    },
    sleep: async (stack, bounds, lastUseAt) => {
      const { own, tools, allow } = boundTo(stack, bounds);
      const by = {
        hand: false,
        ...(lastUseAt === undefined ? {} : { lastUse: new Date(lastUseAt * 1000) }),
      } as const;
      return putToSleep(own, stack, tools, by, { allow: allow(bounds) });
    },
    wake: async (stack, bounds) => {
      const { own, tools } = boundTo(stack, bounds);
      await wake(own, stack, tools, { byClock: true });
    },
    thing: (kind, id) => account.thing(kind, id),
    deleteThing: (kind, id) => account.deleteThing(kind, id),
    deliver: (warning) => announcer.deliver(warning),
  };
}

/** Progress without phases, which would be unreadable for several actions at once; notes are printed. */
function quietly(say: (line: string) => void): ProgressLines {
  return {
    show: () => {},
    done: () => {},
    failed: () => {},
    note: (text) => say(text.trim()),
    during: (_, work) => work(),
  };
}
