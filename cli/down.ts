import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import type { AccountAccess } from "../lib/account-access";
import { describeError, UserError } from "../lib/errors";
import { identifyingTags } from "../lib/tags";
import { clientFor, deleteCluster, requireAccess } from "./services/account";
import { pulumi, pulumiOutput } from "./services/pulumi";
import { clusterIdsTagged, countOf, type Holdings, holdings, type Trace } from "./services/receipt";
import { receiptText } from "./ui/receipt-text";

/** DigitalOcean removes Droplets a while after their cluster is gone. */
const CLEANUP_DEADLINE_MS = 10 * 60_000;
const CLEANUP_POLL_MS = 5_000;

/** Takes one environment down and shows that nothing is left of it: `node down.js <stack>`, in the project's folder. */
async function main(stack: string | undefined): Promise<void> {
  if (stack === undefined) {
    throw new UserError("no stack is named", "make down STACK=alice-dev");
  }
  await requireStack(stack);
  const access = requireAccess();
  const trace = await traceOf(stack, access);
  await destroy(stack);
  await deleteStrays(trace, access);
  const found = await untilGone(trace, access);
  process.stdout.write(receiptText(stack, found));
  if (countOf(found) > 0) {
    throw new UserError(
      `not everything of "${stack}" is gone`,
      `wait and run \`make down STACK=${stack}\` again, or remove what is listed with doctl; the stack is kept`,
    );
  }
  await pulumiOutput("stack", "rm", "--yes", "--stack", stack);
  rmSync(join(".rendered", stack), { recursive: true, force: true });
}

async function requireStack(stack: string): Promise<void> {
  const stacks = JSON.parse(await pulumiOutput("stack", "ls", "--json")) as { name: string }[];
  if (!stacks.some(({ name }) => name === stack)) {
    const known = stacks.map(({ name }) => name).join(", ") || "none";
    throw new UserError(
      `there is no stack "${stack}"; the stacks are: ${known}`,
      "make down STACK=<stack>",
    );
  }
}

/** What to look for afterwards; asked before, while state and account still say which clusters there were. */
async function traceOf(stack: string, access: AccountAccess): Promise<Trace> {
  const { name: project } = parse(readFileSync("Pulumi.yaml", "utf8")) as { name: string };
  const tags = identifyingTags(project, stack);
  const outputs = JSON.parse(await pulumiOutput("stack", "output", "--json", "--stack", stack)) as {
    clusterId?: string;
  };
  const known = outputs.clusterId === undefined ? [] : [outputs.clusterId];
  const tagged = await clusterIdsTagged(clientFor(access), tags);
  return { tags, clusterIds: [...new Set([...known, ...tagged])] };
}

async function destroy(stack: string): Promise<void> {
  const command = ["destroy", "--yes", "--skip-preview", "--stack", stack] as const;
  if (await pulumi(...command)) {
    return;
  }
  // When the cluster was deleted behind Pulumi's back, deleting it fails; what was inside it is out of the state by
  // then, and reading finds the cluster gone.
  process.stderr.write("\nonce more, with a look at what is really there\n");
  if (!(await pulumi(...command, "--refresh"))) {
    throw new UserError(
      `stack "${stack}" could not be destroyed`,
      `mend what pulumi says above and run \`make down STACK=${stack}\` again`,
    );
  }
}

/** A cluster whose creation failed or was killed is in no state, and costs: it has this environment's tags all the same. */
async function deleteStrays({ tags }: Trace, access: AccountAccess): Promise<void> {
  for (const id of await clusterIdsTagged(clientFor(access), tags)) {
    process.stderr.write(`deleting cluster ${id}, which Pulumi did not know of\n`);
    await deleteCluster(access, id);
  }
}

async function untilGone(trace: Trace, access: AccountAccess): Promise<Holdings> {
  const client = clientFor(access);
  const deadline = Date.now() + CLEANUP_DEADLINE_MS;
  for (;;) {
    const found = await holdings(client, trace);
    if (countOf(found) === 0 || Date.now() > deadline) {
      return found;
    }
    process.stderr.write(`waiting for DigitalOcean to remove ${countOf(found)} more\n`);
    await wait(CLEANUP_POLL_MS);
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`error: ${describeError(error)}\n`);
  process.exitCode = 1;
});
