/** A safety rule, the code that implements it, the code without it, and the tests that must then fail. */
export interface Rule {
  /** Continues "the rule that". */
  readonly rule: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly code: string;
  readonly instead: string;
  /** Paths below tests/, without `.test.ts`; the most likely one first. */
  readonly tests: readonly string[];
}

const restore = { file: "core/data/restore.ts", tests: ["core/data/restore"] };
const keep = { file: "core/data/keep.ts", tests: ["core/data/keep"] };
const deleteData = { file: "cli/data/delete-data.ts", tests: ["cli/data/delete-data"] };
const seed = { file: "core/data/seed.ts", tests: ["core/data/seed"] };
const discard = { file: "cli/data/discard-copies.ts", tests: ["cli/data/discard-copies"] };
const domainName = { file: "core/rules/domain-name.ts", tests: ["core/rules/domain-name"] };
const keepData = { file: "cli/data/keep-data.ts", tests: ["cli/data/keep-data"] };
const comparison = { file: "cli/reap/policy/comparison.ts", tests: ["cli/reap/policy/comparison"] };
const holding = { ...comparison, file: "cli/reap/policy/holding.ts" };
const strays = { ...comparison, file: "cli/reap/policy/strays.ts" };
const world = { ...comparison, file: "cli/reap/policy/world.ts" };
const ownership = { file: "core/ownership.ts", tests: ["core/ownership"] };
const tenancy = { file: "core/rules/tenancy.ts", tests: ["core/rules/tenancy"] };
const teardown = { file: "cli/environments/teardown.ts", tests: ["cli/environments/teardown"] };
const soleOwner = { file: "core/rules/sole-owner.ts", tests: ["cli/environments/teardown"] };
const verdict = {
  file: "cli/reap/policy/verdict.ts",
  tests: ["cli/reap/policy/verdict", "cli/reap/policy/safety"],
};
const evidence = {
  file: "cli/reap/policy/evidence.ts",
  tests: ["cli/reap/policy/evidence", "cli/reap/policy/memory"],
};
const dues = {
  file: "cli/reap/policy/dues.ts",
  tests: ["cli/reap/policy/verdict", "cli/reap/policy/safety"],
};
const warnings = { file: "cli/reap/policy/warnings.ts", tests: ["cli/reap/policy/warnings"] };
const plan = { file: "cli/reap/policy/plan.ts", tests: ["cli/reap/policy/plan"] };
const planHash = { file: "cli/reap/policy/plan-hash.ts", tests: ["cli/reap/policy/plan-hash"] };
const reaper = { file: "cli/reap/reaper.ts", tests: ["cli/reap/reaper"] };
const survey = { ...reaper, file: "cli/reap/survey.ts" };
const carryOut = { ...reaper, file: "cli/reap/carry-out.ts" };
const recheck = { ...reaper, file: "cli/reap/recheck.ts" };
const judge = { ...reaper, file: "cli/reap/judge.ts" };
const lockNotes = { file: "cli/stacks/lock-notes.ts", tests: ["cli/stacks/lock-notes"] };
const lockGuard = { file: "cli/stacks/lock-guard.ts", tests: ["cli/stacks/lock-guard"] };
const runningProcess = { ...lockNotes, file: "cli/stacks/running-process.ts" };
const lock = { file: "cli/reap/reaper-lock.ts", tests: ["cli/reap/reaper-lock"] };

const treeSurvey = { file: "core/overlay/tree-survey.ts", tests: ["core/overlay/tree-survey"] };
const remotes = { ...treeSurvey, file: "core/overlay/fetch-remote.ts" };
const tree = { file: "core/rules/check-tree.ts", tests: ["core/rules/check-tree"] };

const dependents = {
  file: "cli/environments/dependents.ts",
  tests: ["cli/environments/dependents"],
};

export const RULES: readonly Rule[] = [
  // Names
  {
    ...domainName,
    rule: "a name that has another user's DNS record is refused",
    code: "ADDRESSES.includes(type) && !recordIds.includes(String(id))",
    instead: "ADDRESSES.includes(type) && recordIds.includes(String(id))",
  },
  {
    ...domainName,
    rule: "a name whose record is an alias counts as taken",
    code: '["A", "AAAA", "CNAME"]',
    instead: '["A", "AAAA"]',
  },
  {
    ...domainName,
    rule: "an entrance without a verified certificate does not serve TLS",
    code: 'state !== "verified"',
    instead: "false",
  },
  {
    ...dependents,
    rule: "a domain stays while an environment serves a name below it",
    code: "outputs.domain === record.outputs.domain",
    instead: "false",
  },
  {
    ...dependents,
    rule: "a domain stays while its zone has a record that the product did not create",
    code: '!["NS", "SOA"].includes(type)',
    instead: "type === undefined",
  },
  // Locks
  {
    ...lockNotes,
    rule: "under CI, no lock's owner counts as dead",
    code: "isCi(env) ? undefined : ownerOf(env, lock)",
    instead: "ownerOf(env, lock)",
  },
  {
    ...lockNotes,
    rule: "without a note, a lock's owner does not count as dead",
    code: "owner !== undefined && hasEnded(owner)",
    instead: "owner === undefined || hasEnded(owner)",
  },
  {
    ...lockNotes,
    rule: "a lock is noted as soon as it exists",
    code: "own.length > 0 || isLastLook",
    instead: "isLastLook",
  },
  {
    rule: "pulumi does not print into a pipe, so it survives a killed doks-env",
    file: "cli/stacks/update.ts",
    code: 'stdout: context.verbose ? process.stderr.fd : "ignore",',
    instead: 'stdout: "pipe" as never,',
    tests: ["cli/stacks/update"],
  },
  {
    ...lockGuard,
    rule: "half-written files of a locked stack are not removed",
    code: "found.length === 0 ? undefined : await read()",
    instead: "undefined",
  },
  {
    ...runningProcess,
    rule: "a process of another kernel start does not count as ended",
    code: "boot !== known.boot ||",
    instead: "",
  },
  {
    ...runningProcess,
    rule: "a process of another container does not count as ended",
    code: "|| pidNamespace !== known.pidNamespace",
    instead: "",
  },
  // Lists
  {
    ...world,
    rule: "a failed or partial list refuses the whole run",
    code: "return faults.length > 0\n    ? faults",
    instead: "return false\n    ? faults",
  },
  {
    rule: "a list with fewer entries than its total is partial",
    file: "core/listing.ts",
    code: "(total === undefined || total === found)",
    instead: "true",
    tests: ["core/listing"],
  },
  {
    rule: "a list with the same entry twice is partial",
    file: "core/listing.ts",
    code: "found === items.length &&",
    instead: "",
    tests: ["core/listing"],
  },
  {
    ...comparison,
    rule: "clusters with the product's tag but no stack refuse the whole run",
    code: "stacks.length === 0 && named.length > 0",
    instead: "false",
  },
  {
    ...comparison,
    rule: "an account that lacks most clusters of the stacks refuses the whole run",
    code: "unexplained.length * 2 > claimed.length",
    instead: "false",
  },
  {
    ...reaper,
    rule: "a run with refused lists changes nothing and reports it",
    code: 'if (survey.comparison.state === "refused")',
    instead: "if (false)",
  },
  {
    ...survey,
    rule: "without a comparison, no stack gets a verdict",
    code: "compared ? [...known.values()] : []",
    instead: "[...known.values()]",
  },
  {
    rule: "a refused run exits with 1",
    file: "cli/reap/reap.action.ts",
    code: 'case "refused":\n    case "capped":\n      return EXIT.failed;',
    instead: 'case "refused":\n    case "capped":\n      return EXIT.done;',
    tests: ["cli/reap/command"],
  },
  // What is ours
  {
    ...ownership,
    rule: "a cluster that is not in the state is owned only by its id",
    code: 'strays: others.filter((cluster) => proofOf(cluster) === "own")',
    instead: 'strays: others.filter((cluster) => proofOf(cluster) !== "another")',
  },
  {
    ...ownership,
    rule: "a cluster without an id does not match an environment without an id",
    code: 'carried === undefined ? "none" : ',
    instead: "",
  },
  {
    ...ownership,
    rule: "a cluster in the state that has another environment's id is not owned",
    code: 'inState: known.filter((cluster) => proofOf(cluster) !== "another")',
    instead: "inState: known",
  },
  {
    ...teardown,
    rule: "a cluster with another environment's id is not destroyed",
    code: "throwFirst(contestedErrors(stack, contested));",
    instead: "",
  },
  {
    ...teardown,
    rule: "a missing cluster proves nothing when the token is for another account",
    code: "throwFirst(accountErrors({ stack, recorded, current, missing: lacks(owned.clusterIds) }));",
    instead: "",
  },
  {
    rule: "a missing cluster proves nothing without a recorded account",
    file: "core/rules/account.ts",
    code: "recorded === undefined && missing.length > 0",
    instead: "false",
    tests: ["core/rules/account", "cli/environments/teardown"],
  },
  {
    ...soleOwner,
    rule: "a cluster in the states of two stacks is not destroyed",
    code: "holder.clusterIds.includes(id)",
    instead: "false",
  },
  {
    ...soleOwner,
    rule: "an id in the states of two stacks does not destroy a cluster",
    code: "holder.id !== undefined && holder.id === other.id",
    instead: "false",
  },
  {
    rule: "another owner's cluster keeps its name",
    file: "core/rules/cluster-name.ts",
    code: "cluster.name === name && ",
    instead: "false && ",
    tests: ["core/rules/cluster-name", "cli/environments/ownership-check"],
  },
  {
    rule: "an update removes only node pools with the environment's id",
    file: "cli/environments/ownership-check.ts",
    code: "tags.includes(idTag(owned.id)) &&",
    instead: "",
    tests: ["cli/environments/ownership-check"],
  },
  {
    rule: "an update does not remove a node pool that is in its state",
    file: "cli/environments/ownership-check.ts",
    code: "!owned.poolIds.includes(id)",
    instead: "true",
    tests: ["cli/environments/ownership-check"],
  },
  {
    rule: "an update does not treat a missing cluster of an unknown account as deleted",
    file: "cli/environments/ownership-check.ts",
    code: "accountErrors({ stack, recorded, current, missing })",
    instead: "accountErrors({ stack, recorded, current, missing: [] })",
    tests: ["cli/environments/ownership-check"],
  },
  {
    ...tenancy,
    rule: "a namespace with another environment's id is not owned",
    code: " : carried === proof.id;",
    instead: " : isNamedSo;",
  },
  {
    ...tenancy,
    rule: "a namespace without an id is owned only while it is in the state",
    code: "isNamedSo && proof.isInState",
    instead: "isNamedSo",
  },
  {
    rule: "settings that another update has recorded meanwhile are not overwritten",
    file: "cli/environments/prepare-stack.ts",
    code: "theirs !== undefined && !isAsSettled && theirs.revision !== revisionOf(own)",
    instead: "false",
    tests: ["cli/environments/up"],
  },
  {
    rule: "a list that is shorter than its own count is refused",
    file: "cli/account/lists.ts",
    code: "items.length === total",
    instead: "true",
    tests: ["cli/account/digitalocean"],
  },
  {
    ...comparison,
    rule: "a record of another account refuses the whole run",
    code: "uuid !== token.uuid",
    instead: "false",
  },
  {
    ...comparison,
    rule: "a stack of another account, or one that shares its cluster id, is not judged",
    code: ".filter(({ stack }) => !faults.has(stack)) };",
    instead: "};",
  },
  {
    ...holding,
    rule: "a cluster without the product's tag is not reported",
    code: "tags.includes(PRODUCT_TAG) && ",
    instead: "",
  },
  {
    ...holding,
    rule: "a cluster of another project is not reported",
    code: " && tags.includes(projectTag(project))",
    instead: "",
  },
  {
    ...strays,
    rule: "a cluster that a stack owns is not reported as foreign",
    code: " && !claimed.has(cluster.id)",
    instead: "",
  },
  {
    ...strays,
    rule: "a cluster that may still be in creation is not a stray",
    code: "now - createdAt >= YOUNG_SECONDS",
    instead: "true",
  },
  {
    ...strays,
    rule: "a cluster whose stack is locked or unreadable is not a stray",
    code: ".filter(({ lockedBy, fault }) => lockedBy.length === 0 && fault === undefined)",
    instead: "",
  },
  {
    ...strays,
    rule: "a Droplet with only the same name does not prove a cluster",
    code: 'stackOf.get(idIn(droplet.tags) ?? "")',
    instead: 'stackOf.get(idIn(droplet.tags) ?? "") ?? stackIn(droplet.tags)',
  },
  {
    rule: "the plan contains every cluster that will be deleted",
    file: "cli/reap/compare-now.ts",
    code: "...situation.clusterIds, ...owned",
    instead: "...situation.clusterIds",
    tests: ["cli/reap/reaper"],
  },
  {
    ...plan,
    rule: "the cap counts every cluster",
    code: "sum + Math.max(1, ids.length)",
    instead: "sum + 1",
  },
  {
    rule: "a cluster that is not in the plan is not deleted",
    file: "cli/reap/stack-actions.ts",
    code: "others.length > 0",
    instead: "false",
    tests: ["cli/reap/stack-actions"],
  },
  {
    ...recheck,
    rule: "a stray cluster stays when no stack has its id any more",
    code: "situation?.id === undefined || situation.id !== idIn(tags)",
    instead: "situation === undefined",
  },
  {
    ...strays,
    rule: "a resource of an existing cluster is not a stray",
    code: "      .filter(({ id }) => !live.has(id))\n      .map(",
    instead: "      .map(",
  },
  {
    ...strays,
    rule: "a resource of two clusters is not a stray",
    code: "ids.length !== 1 || ",
    instead: "",
  },
  {
    ...strays,
    rule: "a resource that a locked stack may need is not a stray",
    code: "busy.has(stack) || ",
    instead: "",
  },
  {
    ...strays,
    rule: "a resource in use is not a stray",
    code: " || holding.inUse) {",
    instead: ") {",
  },
  {
    ...comparison,
    rule: "a stack is orphaned only when its pull request is known to be closed",
    code: '.filter(({ state }) => state === "closed")\n',
    instead: "\n",
  },
  {
    ...plan,
    rule: "a cluster with only the same name is not deleted",
    code: "!stray.certain",
    instead: "false",
  },
  // What always wins
  {
    ...verdict,
    rule: "a protected stack is left alone",
    code: "situation.protected || policy.protect",
    instead: "policy.protect",
  },
  {
    ...verdict,
    rule: "a stack that its settings protect is left alone",
    code: "situation.protected || policy.protect",
    instead: "situation.protected",
  },
  {
    ...verdict,
    rule: "a stack that an update has locked is left alone",
    code: "lockedBy.length > 0",
    instead: "false",
  },
  {
    ...verdict,
    rule: "a stack that was just updated is left alone",
    code: "lastUpdateAt !== undefined && now - lastUpdateAt < RECENT_UPDATE_SECONDS",
    instead: "lastUpdateAt !== undefined && false",
  },
  {
    ...verdict,
    rule: "a stack that cannot be read is left alone",
    code: "if (fault !== undefined) {",
    instead: "if (fault !== undefined && false) {",
  },
  {
    rule: "a shared cluster is left alone",
    file: "cli/reap/situations.ts",
    code: 'environment.placement === "host" ||',
    instead: "",
    tests: ["cli/reap/situations"],
  },
  {
    rule: "an environment whose policy cannot be read is unknown",
    file: "cli/reap/policies.ts",
    code: "return { policy, fault: `its lifetime is unknown: ",
    instead: "return { policy, doubt: `its lifetime is unknown: ",
    tests: ["cli/reap/policies"],
  },
  // Time
  {
    ...dues,
    rule: "an extension moves the expiry",
    code: "expiresAt ?? createdAt + policy.ttlSeconds",
    instead: "createdAt + policy.ttlSeconds",
  },
  {
    ...dues,
    rule: "no extension exceeds the hard cap",
    code: "return expiry < cap\n",
    instead: "return true\n",
  },
  {
    ...dues,
    rule: "an environment that sleeps when idle is not destroyed for being idle",
    code: 'asleep || policy.onIdle === "keep" ?',
    instead: "true ?",
  },
  // Idleness
  {
    ...evidence,
    rule: "a failed signal is a gap in the evidence",
    code: 'if (signal.state === "failed") {',
    instead: "if (false) {",
  },
  {
    ...evidence,
    rule: "an unread signal is a gap in the evidence",
    code: "if (signals.length === 0) {",
    instead: "if (false) {",
  },
  {
    ...evidence,
    rule: "a signal that does not reach back far enough is a gap in the evidence",
    code: "signal.from > since",
    instead: "false",
  },
  {
    ...verdict,
    rule: "an environment with gaps in its evidence is not idle",
    code: "if (idle && gaps.length > 0) {",
    instead: "if (false) {",
  },
  {
    ...verdict,
    rule: "an act that needs evidence is not due while the evidence has gaps",
    code: "gaps.length === 0 || !needsEvidence",
    instead: "true",
  },
  {
    ...verdict,
    rule: "an environment is idle only when its last use is older than idleAfter",
    code: "now - use.at >= idleAfterSeconds",
    instead: "true",
  },
  {
    ...evidence,
    rule: "the newest of all uses counts",
    code: "signal.at > newest.at",
    instead: "newest.signal === undefined",
  },
  {
    ...judge,
    rule: "a signal that throws has failed",
    code: "return [failed(signal, SIGNALS[signal], reasonOf(error))];",
    instead: "return [{ signal, source: String(error), state: 'absent', detail: '' }];",
  },
  {
    ...judge,
    rule: "a signal without a response has failed",
    code: 'signals.length > 0 ? signals : [failed(signal, SIGNALS[signal], "no data was returned")]',
    instead: "signals.length > 0 ? signals : [{ signal, source: '', state: 'absent', detail: '' }]",
  },
  // The plan
  {
    ...plan,
    rule: "a run does not destroy more than the cap",
    code: "exceeded: destroys > most",
    instead: "exceeded: false",
  },
  {
    ...plan,
    rule: "strays count towards the cap",
    code: '.filter(({ action }) => action === "destroy")',
    instead: '.filter(({ action, kind }) => action === "destroy" && kind === "stack")',
  },
  {
    ...reaper,
    rule: "a run over the cap changes nothing",
    code: "} else if (survey.plan.cap.exceeded) {",
    instead: "} else if (false) {",
  },
  {
    ...reaper,
    rule: "a hash carries out only the plan that was shown",
    code: "requireSamePlan(survey.plan, intent.hash);",
    instead: ";",
  },
  {
    ...planHash,
    rule: "the plan's hash differs for another cluster of the same name",
    code: "[subject, [...ids].sort(), action,",
    instead: "[subject, action,",
  },
  {
    ...planHash,
    rule: "the plan's hash differs for another reason",
    code: "due?.action, due?.cause,",
    instead: "due?.action,",
  },
  {
    ...reaper,
    rule: "without --yes or a hash, a run changes nothing",
    code: 'if (mode === "plan") {',
    instead: "if (false) {",
  },
  {
    ...reaper,
    rule: "a rehearsal changes nothing",
    code: '    await store.tidy(survey.stacks, at);\n    return { ...nothing, result: "done" };\n',
    instead: "",
  },
  {
    ...survey,
    rule: "a shard treats only its own stacks",
    code: "const isOwn = (stack: string) => isInShard(stack, terms.shard);",
    instead: "const isOwn = (stack: string) => stack !== isInShard.name;",
  },
  // Warnings
  {
    ...warnings,
    rule: "an environment is not removed before it is due",
    code: "return due.at <= now\n      ?",
    instead: "return true\n      ?",
  },
  {
    ...warnings,
    rule: "an environment is not removed without its last warning",
    code: "if (final.length === 0) {",
    instead: "if (false) {",
  },
  {
    ...warnings,
    rule: "the time that a warning gives must pass",
    code: "Math.max(due.at, Math.min(...final) + last)",
    instead: "due.at",
  },
  {
    ...warnings,
    rule: "a warning of an earlier deadline is void",
    code: " && due.at <= dueAt + SAME_DEADLINE_SECONDS",
    instead: "",
  },
  {
    ...warnings,
    rule: "a warning of another act is void",
    code: "action === due.action && cause === due.cause && ",
    instead: "",
  },
  {
    ...carryOut,
    rule: "a warning that no channel accepted is not delivered",
    code: "if (by.length === 0) {",
    instead: "if (false) {",
  },
  {
    rule: "a webhook that does not answer with 2xx has not delivered",
    file: "cli/reap/webhook.ts",
    code: "throw new Error(`the webhook ",
    instead: "return void new Error(`the webhook ",
    tests: ["cli/reap/webhook"],
  },
  {
    rule: "a requested channel that is not configured stops the run",
    file: "cli/reap/announcer.ts",
    code: 'throw new UsageError(\n          "warnings cannot be comments',
    instead: 'void new UsageError(\n          "warnings cannot be comments',
    tests: ["cli/reap/announcer"],
  },
  // The act
  {
    ...recheck,
    rule: "before each act, the verdict must be the same as in the plan",
    code: "if (!isSame(entry, again)) {",
    instead: "if (false) {",
  },
  {
    ...recheck,
    rule: "before each act, the reason must be the same as in the plan",
    code: "again.due?.cause === entry.due?.cause &&",
    instead: "",
  },
  {
    ...recheck,
    rule: "before each act, the cluster must be the same as in the plan",
    code: "&&\n    sorted(again.ids) === sorted(entry.ids)",
    instead: "",
  },
  {
    ...carryOut,
    rule: "a stack that changes after that check is left alone",
    code: "...(attempt === 1 ? { revision } : {})",
    instead: "",
  },
  {
    rule: "a stack with another revision is not taken down",
    file: "cli/reap/stack-actions.ts",
    code: "revision !== undefined && stackRevision(context.env, record) !== revision",
    instead: "false",
    tests: ["cli/reap/stack-actions"],
  },
  {
    ...recheck,
    rule: "a stray with other tags is left alone",
    code: 'if ([...tags].sort().join(" ") !== [...stray.tags].sort().join(" ")) {',
    instead: "if (false) {",
  },
  {
    ...recheck,
    rule: "a volume that is in use by now is left alone",
    code: 'stray.kind === "volume" && (thing.droplet_ids ?? []).length > 0',
    instead: "false",
  },
  {
    ...recheck,
    rule: "a stray whose cluster exists again is left alone",
    code: '(await actions.thing("cluster", id)) !== undefined',
    instead: "false",
  },
  {
    ...recheck,
    rule: "a stray cluster whose stack is locked by now is left alone",
    code: "if (situation.lockedBy.length > 0) {",
    instead: "if (false) {",
  },
  {
    ...recheck,
    rule: "a stray cluster that is in a state by now is left alone",
    code: "(await sources.clustersOf(stack)).includes(id)",
    instead: "false",
  },
  {
    ...carryOut,
    rule: "a reaper that may have lost its lock starts no act",
    code: "      this.tools.requireHeld();\n      news =",
    instead: "      news =",
  },
  {
    ...carryOut,
    rule: "a reaper that may have lost its lock does not repeat an act",
    code: "trying again`);\n        this.tools.requireHeld();",
    instead: "trying again`);",
  },
  {
    ...carryOut,
    rule: "a run does not destroy more at once than its limit",
    code: "concurrency: terms.atOnce",
    instead: "concurrency: acts.length + 1",
  },
  {
    ...carryOut,
    rule: "each act has a time limit",
    code: "AbortSignal.any([this.tools.signal, timeout])",
    instead: "AbortSignal.any([this.tools.signal])",
  },
  {
    ...carryOut,
    rule: "a failed act is repeated once",
    code: "const ATTEMPTS = 2;",
    instead: "const ATTEMPTS = 1;",
  },
  {
    ...carryOut,
    rule: "a failed act does not stop the others",
    code: "news = this.failure(error);",
    instead: "throw error;",
  },
  {
    ...carryOut,
    rule: "no act starts after Ctrl-C",
    code: "if (signal.aborted) {",
    instead: "if (false) {",
  },
  {
    ...carryOut,
    rule: "an environment is not gone while the account holds a resource of it",
    code: "const isDone = left.length === 0;",
    instead: "const isDone = left.length >= 0;",
  },
  {
    ...reaper,
    rule: "a run with a failed act is partly done",
    code: "return isFailed || agreement.state",
    instead: "return agreement.state",
  },
  {
    rule: "a run that is partly done exits with 3",
    file: "cli/reap/reap.action.ts",
    code: 'case "partly":\n      return EXIT.partly;',
    instead: 'case "partly":\n      return EXIT.done;',
    tests: ["cli/reap/command"],
  },
  // After a kill
  {
    ...carryOut,
    rule: "an act is recorded before it starts",
    code: "await store.remember({ begun: [{ stack: subject, at, due }] }, at);",
    instead: "",
  },
  {
    ...evidence,
    rule: "the record of a killed run does not count as use",
    code: "if (begun && lastUpdateAt >= begun.at && lastUpdateAt <= begun.at + OWN_UPDATE_SECONDS) {",
    instead: "if (false) {",
  },
  {
    ...reaper,
    rule: "an environment that was used since is not finished off",
    file: "cli/reap/compare-now.ts",
    code: "begun && !isUsedSince",
    instead: "begun",
  },
  {
    rule: "half a memory decides nothing",
    file: "cli/reap/memory-store.ts",
    code: "return bytes && parseRecord(bytes.toString());",
    instead: "try { return bytes && parseRecord(bytes.toString()); } catch { return undefined; }",
    tests: ["cli/reap/memory-store"],
  },
  // One at a time
  {
    ...lock,
    rule: "a second reaper gives way",
    code: "if (stronger === undefined) {",
    instead: "if (true) {",
  },
  {
    ...lock,
    rule: "the lock of an ended process does not count",
    code: "if (isSilent || isDead) {",
    instead: "if (isSilent) {",
  },
  {
    ...lock,
    rule: "a lock that is not renewed expires",
    code: "if (isSilent || isDead) {",
    instead: "if (isDead) {",
  },
  {
    rule: "a reaper whose clock is off by minutes judges nothing",
    file: "core/rules/clock.ts",
    code: "Math.abs(difference) <= MOST_DIFFERENCE_MS",
    instead: "true",
    tests: ["core/rules/clock"],
  },
  {
    ...lock,
    rule: "a reaper that cannot renew its lock stops",
    code: "if (now().getTime() - aliveAt > DOUBT_MS) {",
    instead: "if (false) {",
  },
  // Forks, gates, and what is printed
  {
    rule: "a merged kubeconfig keeps the entries that other tools wrote",
    file: "cli/cluster/kubeconfig-document.ts",
    code: "return old !== undefined && !isOurs[section](old, entry);",
    instead: "return false;",
    tests: ["cli/cluster/kubeconfig-document"],
  },
  {
    rule: "a comment that another user wrote is not taken over",
    file: "cli/pull-requests/github/comments.ts",
    code: "user?.login === own && ",
    instead: "",
    tests: ["cli/pull-requests/github/comments"],
  },
  {
    rule: "a host name that starts like a loopback address is not loopback",
    file: "cli/account/loopback.ts",
    code: 'host === "localhost"',
    instead: 'host === "localhost" || host.startsWith("127.")',
    tests: ["cli/account/loopback"],
  },
  {
    rule: "a workflow command in foreign text is broken up",
    file: "cli/terminal/terminal.ts",
    code: 'env.GITHUB_ACTIONS === "true"',
    instead: "false",
    tests: ["cli/terminal/terminal"],
  },
  {
    rule: "a known secret is hidden in base64, too",
    file: "core/known-secrets.ts",
    code: "...inBase64.flatMap(",
    instead: "...[].flatMap(",
    tests: ["core/known-secrets"],
  },
  {
    rule: "a fork's commit needs an approval of that commit",
    file: "cli/pull-requests/decision.ts",
    code: " && present.approved.includes(commit)",
    instead: "",
    tests: ["cli/pull-requests/decision"],
  },
  {
    rule: "an approval ends with the label",
    file: "cli/pull-requests/decision.ts",
    code: "present.labels.includes(forkLabel) && ",
    instead: "",
    tests: ["cli/pull-requests/decision"],
  },
  {
    rule: "only users with push access can approve",
    file: "cli/pull-requests/github/approvals.ts",
    code: "return MAY_PUSH.includes(data.permission);",
    instead: 'return data.permission !== "";',
    tests: ["cli/pull-requests/github/approvals"],
  },
  // What a tree may load
  {
    ...treeSurvey,
    rule: "bases and files are fetched only from listed hosts",
    code: "const isAllowed = this.remotes.allows(host);",
    instead: "const isAllowed = true;",
  },
  {
    ...treeSurvey,
    rule: "a remote base without a pin is not built",
    code: "if (pinned === undefined) {",
    instead: "if (false) {",
  },
  {
    ...treeSurvey,
    rule: "a remote file without a pin is not built",
    code: "if (pin === undefined) {",
    instead: "if (false) {",
  },
  {
    ...treeSurvey,
    rule: "a fetched repository cannot name a file outside its folders",
    code: "const isFree = checkout === undefined &&",
    instead: "const isFree =",
  },
  {
    ...treeSurvey,
    rule: "a fetched repository cannot build on a folder outside it",
    code: "if (origin.checkout !== undefined && !isWithin(path, origin.checkout)) {",
    instead: "if (false) {",
  },
  {
    ...treeSurvey,
    rule: "a tree has charts only where helm is allowed",
    code: "charts.length > 0 && !this.options.helm",
    instead: "false",
  },
  {
    ...remotes,
    rule: "a redirect to another host is not followed",
    code: 'redirect: "manual"',
    instead: 'redirect: "follow"',
  },
  {
    ...remotes,
    rule: "a submodule is fetched from listed hosts only",
    code: "this.requireHost(hostOf(url), ",
    instead: "void (hostOf(url), ",
  },
  {
    ...remotes,
    rule: "a file that differs from its pin is not built",
    code: "sha256 !== undefined && found !== sha256",
    instead: "false",
  },
  {
    rule: "a fork's tree fetches nothing, whatever the settings allow",
    file: "cli/environments/render.ts",
    code: "judge === undefined ? owners : { ...owners, build: NOTHING_ALLOWED }",
    instead: "owners",
    tests: ["cli/environments/render"],
  },
  {
    rule: "a teardown waits until Kubernetes and DigitalOcean have removed the resources",
    file: "core/rules/finalizers.ts",
    code: "...(KEPT[resource] ?? [])",
    instead: "",
    tests: ["cli/shared-clusters/blockers"],
  },
  // What a tree may have
  {
    ...tree,
    rule: "a kind that is not on the list is refused on a shared cluster",
    code: "if (!isAllowed(object, place)) {",
    instead: "if (false) {",
  },
  {
    ...tree,
    rule: "a fork may use fewer kinds than its team",
    code: '(one.fork || trust !== "fork")',
    instead: "true",
  },
  {
    ...tree,
    rule: "a tree does not contain the objects that limit it",
    code: "const own: Said[] = isOwn ?",
    instead: "const own: Said[] = false ?",
  },
  {
    ...tree,
    rule: "a role lists what it grants",
    file: "core/rules/grants.ts",
    code: "const refused = verbs.filter((verb) => !allowed.includes(verb));",
    instead: "const refused = allowed.length > 0 ? [] : verbs;",
  },
  {
    ...tree,
    rule: "a tree does not claim another load balancer of the account, on any cluster",
    file: "core/rules/rules.ts",
    code: "trust: EVERYBODY,",
    instead: "trust: AMONG_OTHERS,",
  },
  {
    rule: "a test command in CI cannot gain privileges",
    file: "cli/pull-requests/gate/other-user.ts",
    code: '"--inh-caps=-all", "--no-new-privs", ',
    instead: "",
    tests: ["cli/pull-requests/gate/other-user"],
  },
  {
    rule: "a test command in CI cannot change the checkout",
    file: "cli/pull-requests/gate/other-user.ts",
    code: "if (await this.can(`test -w",
    instead: "if (false && await this.can(`test -w",
    tests: ["cli/pull-requests/gate/other-user"],
  },
  {
    rule: "a team's command gets only variables that are known to be harmless",
    file: "cli/terminal/harmless-variables.ts",
    code: "HARMLESS.includes(name) ||",
    instead: "true ||",
    tests: ["cli/terminal/harmless-variables"],
  },
  {
    rule: "a claim's storage class must not keep its volumes",
    file: "core/rules/storage-classes.ts",
    code: 'reclaimPolicy === "Retain"',
    instead: "false",
    tests: ["core/rules/storage-classes"],
  },
  {
    rule: "a storage class of the tree overrides the cluster's",
    file: "core/rules/storage-classes.ts",
    code: "...own.retaining]",
    instead: "]",
    tests: ["core/rules/storage-classes"],
  },
  {
    rule: "an update deletes first only what uses the exhausted quota",
    file: "core/rules/removed-first.ts",
    code: "return exceeded.some(({ resource }) => (usage.get(resource) ?? 0) > 0);",
    instead: "return true;",
    tests: ["core/rules/removed-first"],
  },
  {
    rule: "an update does not delete an unchanged Deployment first",
    file: "core/rules/removed-first.ts",
    code: "!isDeepStrictEqual(",
    instead: "!Object.is(",
    tests: ["core/rules/removed-first"],
  },
  {
    rule: "a restored volume is as large as its claim requests",
    ...restore,
    code: "Math.max(snapshot.giB, giB)",
    instead: "snapshot.giB",
  },
  {
    rule: "a snapshot that does not fit its claim is not restored",
    ...restore,
    code: "...mismatches(newest, wanted, region),",
    instead: "",
  },
  {
    rule: "a claim with another volume does not count as restored",
    ...restore,
    code: "...(isTaken ? [taken(stack, newest, bound)] : []),",
    instead: "",
  },
  {
    rule: "an empty volume does not replace kept data",
    ...keep,
    code: "found.name !== made",
    instead: "false",
  },
  {
    rule: "a sleep is refused for a volume without snapshot support",
    ...keep,
    code: "volume?.driver !== BLOCK_STORAGE || found === undefined",
    instead: "found === undefined",
  },
  {
    rule: "a sleep is refused for a claim that a wake would not restore",
    ...keep,
    code: "claim.namespace !== facts.namespace",
    instead: "false",
  },
  {
    rule: "a sleep is refused while a pod that it cannot stop writes",
    ...keep,
    code: "!isStoppable(owner)",
    instead: "false",
  },
  {
    rule: "a snapshot of another region is not restored",
    ...restore,
    code: "kept.regions.includes(region)",
    instead: "true",
  },
  {
    rule: "a snapshot without a claim in the tree is kept",
    ...restore,
    code: "{ ...NOTHING_TO_RESTORE, unclaimed: all }",
    instead: "{ ...NOTHING_TO_RESTORE, spent: all }",
  },
  {
    rule: "the newest copy of a claim is deleted last",
    ...restore,
    code: "all.filter((one) => !isBack(one)).reverse()",
    instead: "all.filter((one) => !isBack(one))",
  },
  {
    rule: "an environment's own data takes precedence over a seed",
    ...restore,
    code: "!kept.has(claim)",
    instead: "true",
  },
  {
    rule: "a volume that is attached to a node is not deleted",
    ...deleteData,
    code: "!isAttached(thing) && ",
    instead: "",
  },
  {
    rule: "snapshots to keep are not deleted",
    ...deleteData,
    code: "keepsData ? account.volumes() : ",
    instead: "",
  },
  {
    rule: "kept data that the lists lack is not forgotten",
    file: "cli/data/account-kept.ts",
    code: "if (count > 0)",
    instead: "if (count < 0)",
    tests: ["cli/sleep/down"],
  },
  {
    rule: "a seed does not get the number of a version that the list lacks",
    ...{ file: "cli/data/seeds.ts", tests: ["cli/data/seeds"] },
    code: "await requireListed(account, facts.snapshots, seedTag(name));",
    instead: "",
  },
  {
    rule: "only the environment's own data is deleted",
    ...deleteData,
    code: "(tags ?? []).includes(dataTag(dataId))",
    instead: "true",
  },
  {
    rule: "a sleep is complete only when its snapshots have outlived the cluster",
    ...keepData,
    code: "if (missing.length > 0) {",
    instead: "if (false) {",
  },
  {
    rule: "a snapshot does not count when its volume was attached since",
    ...keepData,
    code: "!(await wasAttachedSince(account, taken))",
    instead: "true",
  },
  {
    rule: "a snapshot to keep is not deleted with its cluster",
    file: "cli/data/spare-data.ts",
    code: "all.snapshots.filter((id) => !isSpared(id))",
    instead: "all.snapshots",
    tests: ["cli/data/spare-data"],
  },
  {
    rule: "a copy that a list lacks is read by id before a cluster is deleted",
    file: "cli/data/spare-data.ts",
    code: "?? (await account.thing(kind, id))",
    instead: "",
    tests: ["cli/data/spare-data"],
  },
  {
    rule: "a kept volume is not deleted with its cluster",
    file: "cli/data/spare-data.ts",
    code: "all.volumes.filter((id) => !isSpared(id))",
    instead: "all.volumes",
    tests: ["cli/data/spare-data"],
  },
  {
    rule: "a sleep does not delete a volume that it keeps",
    ...deleteData,
    code: "&& !(keepsData && isKeptVolume(thing))",
    instead: "",
  },
  {
    rule: "a sleep does not release a volume whose claim is not restored yet",
    ...keepData,
    code: "keeping.facts.claims.some(({ volumeName }) => volumeName === name)",
    instead: "true",
  },
  {
    rule: "a copy that is still an environment's data is not a seed",
    ...seed,
    code: 'valueIn(tags, "data") !== undefined',
    instead: "false",
  },
  {
    rule: "a volume that the cluster knows is not deleted as a copy",
    ...discard,
    code: "!known.includes(copy.id)",
    instead: "true",
  },
  {
    rule: "a volume that was attached to a cluster is not a copy",
    file: "core/data/kept-claim.ts",
    code: "return isUsed",
    instead: "return false",
    tests: ["core/data/kept-claim"],
  },
  {
    rule: "a PersistentVolume that an update is about to declare is not deleted",
    ...discard,
    code: "deleteUnclaimedVolumes(home.objects, home.namespace, names)",
    instead: "deleteUnclaimedVolumes(home.objects, home.namespace)",
  },
  {
    rule: "older versions of a seed are deleted first",
    file: "cli/data/seeds.ts",
    code: "one.version - other.version",
    instead: "other.version - one.version",
    tests: ["cli/data/seeds"],
  },
  {
    rule: "an environment releases its data only when a seed holds it",
    file: "cli/data/kept-to-seed.ts",
    code: "[fromTag(data), ...versionTags(",
    instead: "[...versionTags(",
    tests: ["cli/data/kept-to-seed"],
  },
  {
    rule: "snapshots stay until every claim has its volume",
    file: "cli/environments/bring-up.ts",
    code: "await requireRestored(context, account, updated, restore);",
    instead: "",
    tests: ["cli/environments/up"],
  },
  {
    rule: "snapshots stay until every claim that kept its volume has it again",
    file: "cli/data/restore-data.ts",
    code: "...inPlace.map(({ claim, volumeId })",
    instead: "...[].map(({ claim, volumeId })",
    tests: ["cli/environments/up"],
  },
  {
    rule: "a wake that waited for a sleep plans again",
    file: "cli/environments/bring-up.ts",
    code: "known === record ? checked.restore :",
    instead: "known !== null ? checked.restore :",
    tests: ["cli/environments/up"],
  },
  {
    rule: "an environment whose namespace is being deleted does not sleep",
    file: "cli/data/claim-facts.ts",
    code: "deletedAt !== undefined && record.tags.asleep === undefined",
    instead: "false",
    tests: ["cli/sleep/sleep", "cli/data/never-lost"],
  },
  {
    rule: "a new cluster is not created while its data is kept elsewhere",
    file: "core/rules/kept-data.ts",
    code: "kept.length === 0 || isRestored",
    instead: "true",
    tests: ["core/rules/kept-data"],
  },
  {
    rule: "a cluster with data is not replaced",
    file: "core/rules/kept-data.ts",
    code: "lost.length === 0 || keepsNothing",
    instead: "true",
    tests: ["core/rules/kept-data"],
  },
  {
    rule: "an update that restores nothing deletes no volume",
    file: "components/restored-volumes.ts",
    code: "retainOnDelete: true",
    instead: "retainOnDelete: false",
    tests: ["components/restored-volumes"],
  },
];
