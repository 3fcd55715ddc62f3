import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { keptNow } from "../data/keep-data";
import { statusOf } from "../stacks/environment-status";
import { requireStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import { progressOf } from "../terminal/progress";
import type { down } from "./down.command";
import type { DownData } from "./down.data";
import { receiptText } from "./down.text";
import { requireUnprotected, takeDown } from "./take-down";
import { questionWithStrays } from "./teardown";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof down>,
  options: OptionsOf<typeof down>,
): Promise<Result> {
  const { terminal, env, signal, say, now } = context;
  requireAnswer(context, options, "to take it down");
  const record = await requireStack(context, stack);
  const environment = statusOf(record, now());
  // Of what is for others, who depends on it has to be said first: its protection may then be lifted for nothing.
  if (environment.placement !== "host" && environment.placement !== "domain") {
    requireUnprotected(environment);
  }
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const ask = async () => {
    const kept = await keptNow(account, record, []);
    const data = kept.length === 0 ? "" : ` with its data, which ${kept.length} snapshots keep`;
    return questionWithStrays(context, account, record, `Take down ${stack}${data}?`);
  };
  await requireConsent(context, options, ask, `doks-env show ${stack}`);
  const progress = progressOf(context);
  try {
    const workspace = openWorkspace(context);
    const tools = { workspace, account, progress };
    const taken = await takeDown(context, stack, tools, { ...options, command: "down" });
    const gone = taken.left.length === 0;
    const data: DownData = { stack, gone, ...taken };
    return {
      data,
      text: () => receiptText(data, terminal.out.paint),
      exitCode: gone ? EXIT.done : EXIT.partly,
    };
  } finally {
    progress.close();
  }
}
