/** A safety rule: which code holds it, what the code would be without it, and which tests are to notice. */
export interface Rule {
  /** Goes on after "the rule that". */
  readonly rule: string;
  readonly file: string;
  /** Stands there once. */
  readonly code: string;
  readonly instead: string;
  /** Below tests/, without `.test.ts`; the likeliest first. */
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
    rule: "a name with somebody's record is refused",
    code: "ADDRESSES.includes(type) && !recordIds.includes(String(id))",
    instead: "ADDRESSES.includes(type) && recordIds.includes(String(id))",
  },
  {
    ...domainName,
    rule: "a name that leads to another name is taken, too",
    code: '["A", "AAAA", "CNAME"]',
    instead: '["A", "AAAA"]',
  },
  {
    ...domainName,
    rule: "a certificate that is not verified ends no TLS",
    code: 'state !== "verified"',
    instead: "false",
  },
  {
    ...dependents,
    rule: "a domain stays while an environment answers below it",
    code: "outputs.domain === record.outputs.domain",
    instead: "false",
  },
  {
    ...dependents,
    rule: "a domain stays while somebody's record is in its zone",
    code: '!["NS", "SOA"].includes(type)',
    instead: "type === undefined",
  },
  // Locks
  {
    ...lockNotes,
    rule: "under CI no owner of a lock is known to be dead",
    code: "isCi(env) ? undefined : ownerOf(env, lock)",
    instead: "ownerOf(env, lock)",
  },
  {
    ...lockNotes,
    rule: "without a note no owner of a lock is known to be dead",
    code: "owner !== undefined && hasEnded(owner)",
    instead: "owner === undefined || hasEnded(owner)",
  },
  {
    ...lockNotes,
    rule: "a lock is noted as soon as it is there",
    code: "own.length > 0 || isLastLook",
    instead: "isLastLook",
  },
  {
    rule: "pulumi prints into no pipe, and so outlives doks-env",
    file: "cli/stacks/update.ts",
    code: 'stdout: context.verbose ? process.stderr.fd : "ignore",',
    instead: 'stdout: "pipe" as never,',
    tests: ["cli/stacks/update"],
  },
  {
    ...lockGuard,
    rule: "what is being written of a stack that somebody holds stays",
    code: "found.length === 0 ? undefined : await read()",
    instead: "undefined",
  },
  {
    ...runningProcess,
    rule: "of another kernel's processes nothing is known",
    code: "boot !== known.boot ||",
    instead: "",
  },
  {
    ...runningProcess,
    rule: "of another container's processes nothing is known",
    code: "|| pidNamespace !== known.pidNamespace",
    instead: "",
  },
  // Lists
  {
    ...world,
    rule: "a failed or partial list refuses everything",
    code: "return faults.length > 0\n    ? faults",
    instead: "return false\n    ? faults",
  },
  {
    rule: "a list of which more is said than came is partial",
    file: "core/listing.ts",
    code: "(total === undefined || total === found)",
    instead: "true",
    tests: ["core/listing"],
  },
  {
    rule: "a list that tells something twice is partial",
    file: "core/listing.ts",
    code: "found === items.length &&",
    instead: "",
    tests: ["core/listing"],
  },
  {
    ...comparison,
    rule: "no stack at all, beside clusters of ours, refuses everything",
    code: "stacks.length === 0 && named.length > 0",
    instead: "false",
  },
  {
    ...comparison,
    rule: "an account without a trace of most clusters refuses everything",
    code: "unexplained.length * 2 > claimed.length",
    instead: "false",
  },
  {
    ...reaper,
    rule: "a run whose lists are refused acts on nothing and says so",
    code: 'if (survey.comparison.state === "refused")',
    instead: "if (false)",
  },
  {
    ...survey,
    rule: "without a comparison there are no verdicts",
    code: "compared ? [...known.values()] : []",
    instead: "[...known.values()]",
  },
  {
    rule: "a refused run ends with 1",
    file: "cli/reap/reap.action.ts",
    code: 'case "refused":\n    case "capped":\n      return EXIT.failed;',
    instead: 'case "refused":\n    case "capped":\n      return EXIT.done;',
    tests: ["cli/reap/command"],
  },
  // What is ours
  {
    ...ownership,
    rule: "a cluster that is not in the state is ours only by its id",
    code: 'strays: others.filter((cluster) => proofOf(cluster) === "own")',
    instead: 'strays: others.filter((cluster) => proofOf(cluster) !== "another")',
  },
  {
    ...ownership,
    rule: "a cluster without an id does not carry that of an environment without one",
    code: 'carried === undefined ? "none" : ',
    instead: "",
  },
  {
    ...ownership,
    rule: "a cluster of the state with another environment's id is not ours",
    code: 'inState: known.filter((cluster) => proofOf(cluster) !== "another")',
    instead: "inState: known",
  },
  {
    ...teardown,
    rule: "nothing is destroyed of a cluster with another environment's id",
    code: "throwFirst(contestedErrors(stack, contested));",
    instead: "",
  },
  {
    ...teardown,
    rule: "nothing is concluded from a missing cluster in another account",
    code: "throwFirst(accountErrors({ stack, recorded, current, missing: lacks(owned.clusterIds) }));",
    instead: "",
  },
  {
    rule: "without a recorded account nothing is concluded from a missing cluster",
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
    rule: "an id in the states of two stacks destroys nothing",
    code: "holder.id !== undefined && holder.id === other.id",
    instead: "false",
  },
  {
    rule: "a cluster of somebody else keeps its name",
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
    rule: "an update removes no node pool of its state",
    file: "cli/environments/ownership-check.ts",
    code: "!owned.poolIds.includes(id)",
    instead: "true",
    tests: ["cli/environments/ownership-check"],
  },
  {
    rule: "an update concludes nothing from a missing cluster of an unknown account",
    file: "cli/environments/ownership-check.ts",
    code: "accountErrors({ stack, recorded, current, missing })",
    instead: "accountErrors({ stack, recorded, current, missing: [] })",
    tests: ["cli/environments/ownership-check"],
  },
  {
    ...tenancy,
    rule: "a namespace with another environment's id is not ours",
    code: " : carried === proof.id;",
    instead: " : isNamedSo;",
  },
  {
    ...tenancy,
    rule: "a namespace without an id is ours only while the state has it",
    code: "isNamedSo && proof.isInState",
    instead: "isNamedSo",
  },
  {
    rule: "settings that somebody else has recorded meanwhile are not overwritten",
    file: "cli/environments/prepare-stack.ts",
    code: "theirs !== undefined && !isAsSettled && theirs.revision !== revisionOf(own)",
    instead: "false",
    tests: ["cli/environments/up"],
  },
  {
    rule: "a list that is shorter than its own count is not a list",
    file: "cli/account/lists.ts",
    code: "items.length === total",
    instead: "true",
    tests: ["cli/account/digitalocean"],
  },
  {
    ...comparison,
    rule: "a record of another account refuses everything",
    code: "uuid !== token.uuid",
    instead: "false",
  },
  {
    ...comparison,
    rule: "of a stack in another account, or that shares its cluster, nothing follows",
    code: ".filter(({ stack }) => !faults.has(stack)) };",
    instead: "};",
  },
  {
    ...holding,
    rule: "a cluster without the product's tag is not told",
    code: "tags.includes(PRODUCT_TAG) && ",
    instead: "",
  },
  {
    ...holding,
    rule: "a cluster of another project is not told",
    code: " && tags.includes(projectTag(project))",
    instead: "",
  },
  {
    ...strays,
    rule: "a cluster that a stack owns is not somebody else's",
    code: " && !claimed.has(cluster.id)",
    instead: "",
  },
  {
    ...strays,
    rule: "a cluster that may be being created is not a stray",
    code: "now - createdAt >= YOUNG_SECONDS",
    instead: "true",
  },
  {
    ...strays,
    rule: "a cluster whose stack is held or cannot be read is not a stray",
    code: ".filter(({ lockedBy, fault }) => lockedBy.length === 0 && fault === undefined)",
    instead: "",
  },
  {
    ...strays,
    rule: "a Droplet that is only called the same proves no cluster",
    code: 'stackOf.get(idIn(droplet.tags) ?? "")',
    instead: 'stackOf.get(idIn(droplet.tags) ?? "") ?? stackIn(droplet.tags)',
  },
  {
    rule: "the plan has every cluster that will be deleted",
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
    rule: "a cluster that the plan does not have is not deleted",
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
    rule: "what a cluster has made is not a stray while that is there",
    code: "      .filter(({ id }) => !live.has(id))\n      .map(",
    instead: "      .map(",
  },
  {
    ...strays,
    rule: "what two clusters have made is not a stray",
    code: "ids.length !== 1 || ",
    instead: "",
  },
  {
    ...strays,
    rule: "what a held stack may need is not a stray",
    code: "busy.has(stack) || ",
    instead: "",
  },
  {
    ...strays,
    rule: "what is in use is not a stray",
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
    rule: "a cluster that is only called the same stays",
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
    rule: "a stack that an update holds is left alone",
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
    rule: "no extension passes the hard cap",
    code: "return expiry < cap\n",
    instead: "return true\n",
  },
  {
    ...dues,
    rule: "what is to sleep is not destroyed for being idle",
    code: 'asleep || policy.onIdle === "keep" ?',
    instead: "true ?",
  },
  // Idleness
  {
    ...evidence,
    rule: "a signal that has failed is a gap",
    code: 'if (signal.state === "failed") {',
    instead: "if (false) {",
  },
  {
    ...evidence,
    rule: "a signal that was not read is a gap",
    code: "if (signals.length === 0) {",
    instead: "if (false) {",
  },
  {
    ...evidence,
    rule: "a signal that does not reach back is a gap",
    code: "signal.from > since",
    instead: "false",
  },
  {
    ...verdict,
    rule: "what has gaps is not idle",
    code: "if (idle && gaps.length > 0) {",
    instead: "if (false) {",
  },
  {
    ...verdict,
    rule: "nothing that needs evidence is due with gaps",
    code: "gaps.length === 0 || !needsEvidence",
    instead: "true",
  },
  {
    ...verdict,
    rule: "only what is older than idleAfter is idle",
    code: "now - use.at >= idleAfterSeconds",
    instead: "true",
  },
  {
    ...evidence,
    rule: "the newest use of all counts",
    code: "signal.at > newest.at",
    instead: "newest.signal === undefined",
  },
  {
    ...judge,
    rule: "a signal whose reading fails has failed",
    code: "return [failed(signal, SIGNALS[signal], reasonOf(error))];",
    instead: "return [{ signal, source: String(error), state: 'absent', detail: '' }];",
  },
  {
    ...judge,
    rule: "a signal of which nothing is answered has failed",
    code: 'signals.length > 0 ? signals : [failed(signal, SIGNALS[signal], "no data was returned")]',
    instead: "signals.length > 0 ? signals : [{ signal, source: '', state: 'absent', detail: '' }]",
  },
  // The plan
  {
    ...plan,
    rule: "more than the cap is not destroyed",
    code: "exceeded: destroys > most",
    instead: "exceeded: false",
  },
  {
    ...plan,
    rule: "strays count for the cap",
    code: '.filter(({ action }) => action === "destroy")',
    instead: '.filter(({ action, kind }) => action === "destroy" && kind === "stack")',
  },
  {
    ...reaper,
    rule: "a run over the cap does nothing",
    code: "} else if (survey.plan.cap.exceeded) {",
    instead: "} else if (false) {",
  },
  {
    ...reaper,
    rule: "nothing but the plan that was shown is carried out by its hash",
    code: "requireSamePlan(survey.plan, intent.hash);",
    instead: ";",
  },
  {
    ...planHash,
    rule: "a plan has another hash for another cluster of the same name",
    code: "[subject, [...ids].sort(), action,",
    instead: "[subject, action,",
  },
  {
    ...planHash,
    rule: "a plan has another hash for another reason",
    code: "due?.action, due?.cause,",
    instead: "due?.action,",
  },
  {
    ...reaper,
    rule: "without being told to, nothing is done",
    code: 'if (mode === "plan") {',
    instead: "if (false) {",
  },
  {
    ...reaper,
    rule: "a rehearsal does nothing",
    code: '    await store.tidy(survey.stacks, at);\n    return { ...nothing, result: "done" };\n',
    instead: "",
  },
  {
    ...survey,
    rule: "a shard treats its own stacks only",
    code: "const isOwn = (stack: string) => isInShard(stack, terms.shard);",
    instead: "const isOwn = (stack: string) => stack !== isInShard.name;",
  },
  // Warnings
  {
    ...warnings,
    rule: "nothing goes before it is due",
    code: "return due.at <= now\n      ?",
    instead: "return true\n      ?",
  },
  {
    ...warnings,
    rule: "nothing goes without its last warning",
    code: "if (final.length === 0) {",
    instead: "if (false) {",
  },
  {
    ...warnings,
    rule: "the time that a warning gives has to pass",
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
    rule: "a warning of something else is void",
    code: "action === due.action && cause === due.cause && ",
    instead: "",
  },
  {
    ...carryOut,
    rule: "a warning that nobody has taken is not delivered",
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
    rule: "a channel that is asked for and not set up stops the run",
    file: "cli/reap/announcer.ts",
    code: 'throw new UsageError(\n          "warnings cannot be comments',
    instead: 'void new UsageError(\n          "warnings cannot be comments',
    tests: ["cli/reap/announcer"],
  },
  // The act
  {
    ...recheck,
    rule: "right before an act the plan must still say the same",
    code: "if (!isSame(entry, again)) {",
    instead: "if (false) {",
  },
  {
    ...recheck,
    rule: "right before an act the reason must still be the same",
    code: "again.due?.cause === entry.due?.cause &&",
    instead: "",
  },
  {
    ...recheck,
    rule: "right before an act it must still be the same cluster",
    code: "&&\n    sorted(again.ids) === sorted(entry.ids)",
    instead: "",
  },
  {
    ...carryOut,
    rule: "what changes even later is left alone",
    code: "...(attempt === 1 ? { revision } : {})",
    instead: "",
  },
  {
    rule: "a stack whose revision is another is not taken down",
    file: "cli/reap/stack-actions.ts",
    code: "revision !== undefined && revisionOf(record) !== revision",
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
    rule: "a volume that is used by now is left alone",
    code: 'stray.kind === "volume" && (thing.droplet_ids ?? []).length > 0',
    instead: "false",
  },
  {
    ...recheck,
    rule: "a stray whose cluster is back is left alone",
    code: '(await actions.thing("cluster", id)) !== undefined',
    instead: "false",
  },
  {
    ...recheck,
    rule: "a stray cluster whose stack is held by now is left alone",
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
    rule: "who may have lost the lock begins nothing",
    code: "      this.tools.requireHeld();\n      news =",
    instead: "      news =",
  },
  {
    ...carryOut,
    rule: "who may have lost the lock does not try again",
    code: "trying again`);\n        this.tools.requireHeld();",
    instead: "trying again`);",
  },
  {
    ...carryOut,
    rule: "no more is destroyed at once than is said",
    code: "concurrency: terms.atOnce",
    instead: "concurrency: acts.length + 1",
  },
  {
    ...carryOut,
    rule: "each act has its time",
    code: "AbortSignal.any([this.tools.signal, timeout])",
    instead: "AbortSignal.any([this.tools.signal])",
  },
  {
    ...carryOut,
    rule: "what fails is tried once more",
    code: "const ATTEMPTS = 2;",
    instead: "const ATTEMPTS = 1;",
  },
  {
    ...carryOut,
    rule: "one that fails does not stop the others",
    code: "news = this.failure(error);",
    instead: "throw error;",
  },
  {
    ...carryOut,
    rule: "nothing is begun after Ctrl-C",
    code: "if (signal.aborted) {",
    instead: "if (false) {",
  },
  {
    ...carryOut,
    rule: "something of which the account holds anything is not gone",
    code: "const isDone = left.length === 0;",
    instead: "const isDone = left.length >= 0;",
  },
  {
    ...reaper,
    rule: "a run of which something failed ends partly",
    code: "return isFailed || agreement.state",
    instead: "return agreement.state",
  },
  {
    rule: "a run that ended partly ends with 3",
    file: "cli/reap/reap.action.ts",
    code: 'case "partly":\n      return EXIT.partly;',
    instead: 'case "partly":\n      return EXIT.done;',
    tests: ["cli/reap/command"],
  },
  // After a kill
  {
    ...carryOut,
    rule: "what is begun is written down before",
    code: "await store.remember({ begun: [{ stack: subject, at, due }] }, at);",
    instead: "",
  },
  {
    ...evidence,
    rule: "what a killed run has written is nobody's use",
    code: "if (begun && lastUpdateAt >= begun.at && lastUpdateAt <= begun.at + OWN_UPDATE_SECONDS) {",
    instead: "if (false) {",
  },
  {
    ...reaper,
    rule: "who has used it since keeps it from being finished",
    file: "cli/reap/compare-now.ts",
    code: "begun && !isUsedSince",
    instead: "begun",
  },
  {
    rule: "nothing is decided by half a memory",
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
    rule: "the lock of a process that is gone does not count",
    code: "if (isSilent || isDead) {",
    instead: "if (isSilent) {",
  },
  {
    ...lock,
    rule: "a lock that nobody renews ends",
    code: "if (isSilent || isDead) {",
    instead: "if (isDead) {",
  },
  {
    rule: "a clock that is off by more than minutes judges nothing",
    file: "core/rules/clock.ts",
    code: "Math.abs(difference) <= MOST_DIFFERENCE_MS",
    instead: "true",
    tests: ["core/rules/clock"],
  },
  {
    ...lock,
    rule: "who cannot renew his lock stops",
    code: "if (now().getTime() - aliveAt > DOUBT_MS) {",
    instead: "if (false) {",
  },
  // Forks, gates, and what is printed
  {
    rule: "merging a kubeconfig replaces nothing that somebody else has made",
    file: "cli/cluster/kubeconfig-document.ts",
    code: "return old !== undefined && !isOurs[section](old, entry);",
    instead: "return false;",
    tests: ["cli/cluster/kubeconfig-document"],
  },
  {
    rule: "a comment that somebody else has written is not taken over",
    file: "cli/pull-requests/github/comments.ts",
    code: "user?.login === own && ",
    instead: "",
    tests: ["cli/pull-requests/github/comments"],
  },
  {
    rule: "a name that begins like a loopback address is not one",
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
    rule: "only somebody who may push approves",
    file: "cli/pull-requests/github/approvals.ts",
    code: "return MAY_PUSH.includes(data.permission);",
    instead: 'return data.permission !== "";',
    tests: ["cli/pull-requests/github/approvals"],
  },
  // What a tree may load
  {
    ...treeSurvey,
    rule: "a host that is not listed is not asked for a base or a file",
    code: "const isAllowed = this.remotes.allows(host);",
    instead: "const isAllowed = true;",
  },
  {
    ...treeSurvey,
    rule: "a base without a pin is not built",
    code: "if (pinned === undefined) {",
    instead: "if (false) {",
  },
  {
    ...treeSurvey,
    rule: "a file by its address without a pin is not built",
    code: "if (pin === undefined) {",
    instead: "if (false) {",
  },
  {
    ...treeSurvey,
    rule: "a repository that was loaded names no file outside of its folders",
    code: "const isFree = checkout === undefined &&",
    instead: "const isFree =",
  },
  {
    ...treeSurvey,
    rule: "a repository that was loaded builds upon no folder outside of it",
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
    rule: "a file is not loaded from another host by a redirect",
    code: 'redirect: "manual"',
    instead: 'redirect: "follow"',
  },
  {
    ...remotes,
    rule: "a submodule is loaded from listed hosts only",
    code: "this.requireHost(hostOf(url), ",
    instead: "void (hostOf(url), ",
  },
  {
    ...remotes,
    rule: "a file that is not what was pinned is not built",
    code: "sha256 !== undefined && found !== sha256",
    instead: "false",
  },
  {
    rule: "a fork's tree loads nothing, whatever the settings allow",
    file: "cli/environments/render.ts",
    code: "judge === undefined ? owners : { ...owners, build: NOTHING_ALLOWED }",
    instead: "owners",
    tests: ["cli/environments/render"],
  },
  {
    rule: "a teardown waits for what Kubernetes and DigitalOcean remove",
    file: "core/rules/finalizers.ts",
    code: "...(KEPT[resource] ?? [])",
    instead: "",
    tests: ["cli/shared-clusters/blockers"],
  },
  // What a tree may have
  {
    ...tree,
    rule: "a kind that nobody has listed is refused among others",
    code: "if (!isAllowed(object, place)) {",
    instead: "if (false) {",
  },
  {
    ...tree,
    rule: "a fork has fewer kinds than its team",
    code: '(one.fork || trust !== "fork")',
    instead: "true",
  },
  {
    ...tree,
    rule: "a tree does not have what bounds it",
    code: "const own: Said[] = isOwn ?",
    instead: "const own: Said[] = false ?",
  },
  {
    ...tree,
    rule: "a role names what it gives",
    file: "core/rules/grants.ts",
    code: "const refused = verbs.filter((verb) => !allowed.includes(verb));",
    instead: "const refused = allowed.length > 0 ? [] : verbs;",
  },
  {
    ...tree,
    rule: "no tree of the account claims its load balancers, whatever cluster it is for",
    file: "core/rules/rules.ts",
    code: "trust: EVERYBODY,",
    instead: "trust: AMONG_OTHERS,",
  },
  {
    rule: "a test's command in CI can get no more rights",
    file: "cli/pull-requests/gate/other-user.ts",
    code: '"--inh-caps=-all", "--no-new-privs", ',
    instead: "",
    tests: ["cli/pull-requests/gate/other-user"],
  },
  {
    rule: "a test's command in CI cannot change the checkout",
    file: "cli/pull-requests/gate/other-user.ts",
    code: "if (await this.can(`test -w",
    instead: "if (false && await this.can(`test -w",
    tests: ["cli/pull-requests/gate/other-user"],
  },
  {
    rule: "a command of the team gets no variable that is not known to be harmless",
    file: "cli/terminal/harmless-variables.ts",
    code: "HARMLESS.includes(name) ||",
    instead: "true ||",
    tests: ["cli/terminal/harmless-variables"],
  },
  {
    rule: "a claim may not have a class that keeps its volumes",
    file: "core/rules/storage-classes.ts",
    code: 'reclaimPolicy === "Retain"',
    instead: "false",
    tests: ["core/rules/storage-classes"],
  },
  {
    rule: "a class of the tree counts in the place of the cluster's",
    file: "core/rules/storage-classes.ts",
    code: "...own.retaining]",
    instead: "]",
    tests: ["core/rules/storage-classes"],
  },
  {
    rule: "an update deletes first only what uses what the quota has too little of",
    file: "core/rules/removed-first.ts",
    code: "return exceeded.some(({ resource }) => (usage.get(resource) ?? 0) > 0);",
    instead: "return true;",
    tests: ["core/rules/removed-first"],
  },
  {
    rule: "an update deletes no Deployment first that stays as it is",
    file: "core/rules/removed-first.ts",
    code: "!isDeepStrictEqual(",
    instead: "!Object.is(",
    tests: ["core/rules/removed-first"],
  },
  {
    rule: "a restored volume is as large as its claim asks for",
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
    rule: "an empty volume does not take the place of what is kept",
    ...keep,
    code: "found.name !== made",
    instead: "false",
  },
  {
    rule: "a sleep is refused for a volume of which nobody can take a snapshot",
    ...keep,
    code: "volume?.driver !== BLOCK_STORAGE || found === undefined",
    instead: "found === undefined",
  },
  {
    rule: "a sleep is refused for a claim that a wake would not bring back",
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
    rule: "a snapshot without a claim in the tree stays",
    ...restore,
    code: "{ ...NOTHING_TO_RESTORE, unclaimed: all }",
    instead: "{ ...NOTHING_TO_RESTORE, spent: all }",
  },
  {
    rule: "of what is kept of a claim, the newest is deleted last",
    ...restore,
    code: "all.filter((one) => !isBack(one)).reverse()",
    instead: "all.filter((one) => !isBack(one))",
  },
  {
    rule: "an environment's own data is restored rather than a seed",
    ...restore,
    code: "!kept.has(claim)",
    instead: "true",
  },
  {
    rule: "a volume that a node has is not deleted",
    ...deleteData,
    code: "volume.droplet_ids.length === 0",
    instead: "true",
  },
  {
    rule: "snapshots that are to stay are not deleted",
    ...deleteData,
    code: "keepsData ? [] : ",
    instead: "",
  },
  {
    rule: "only what is of an environment's own data is deleted",
    ...deleteData,
    code: "(tags ?? []).includes(dataTag(dataId))",
    instead: "true",
  },
  {
    rule: "a sleep is done only when its snapshots have outlived the cluster",
    ...keepData,
    code: "if (missing.length > 0) {",
    instead: "if (false) {",
  },
  {
    rule: "a snapshot does not count when a node has had the volume since",
    ...keepData,
    code: "!(await wasAttachedSince(account, taken))",
    instead: "true",
  },
  {
    rule: "a snapshot that stays is not deleted with a cluster",
    file: "cli/data/spare-data.ts",
    code: "all.snapshots.filter((id) => !isSpared(id))",
    instead: "all.snapshots",
    tests: ["cli/data/spare-data"],
  },
  {
    rule: "what a list lacks is not deleted with a cluster unread",
    file: "cli/data/spare-data.ts",
    code: "?? (await account.thing(kind, id))",
    instead: "",
    tests: ["cli/data/spare-data"],
  },
  {
    rule: "a volume that is kept is not deleted with a cluster",
    file: "cli/data/spare-data.ts",
    code: "all.volumes.filter((id) => !isSpared(id))",
    instead: "all.volumes",
    tests: ["cli/data/spare-data"],
  },
  {
    rule: "a sleep deletes no volume that it keeps",
    ...deleteData,
    code: "!(keepsData && isKeptVolume(volume))",
    instead: "true",
  },
  {
    rule: "a sleep lets go of no volume whose claim a wake has yet to bring",
    ...keepData,
    code: "keeping.facts.claims.some(({ volumeName }) => volumeName === name)",
    instead: "true",
  },
  {
    rule: "what is still the data of an environment is no seed",
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
    rule: "a volume that a cluster has had is no copy",
    file: "core/data/kept-claim.ts",
    code: "return isUsed",
    instead: "return false",
    tests: ["core/data/kept-claim"],
  },
  {
    rule: "a PersistentVolume that an update is about to declare is not deleted before",
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
    rule: "an environment lets go of its data only when a seed has it",
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
    rule: "snapshots stay until every claim that still had its volume has it",
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
