import type { ComparedStacks } from "./compare-now";
import { isInShard, type Shard } from "./policy/shard";
import type { RunData } from "./reap.data";

/** Whether stacks and account agree, by the comparison that plans use. */
export type Agreement = RunData["agreement"];

/** Returns this shard's differences between stacks and account. */
export function agreementOf(
  { comparison, stacks, dangling }: Pick<ComparedStacks, "comparison" | "stacks" | "dangling">,
  shard: Shard,
): Agreement {
  if (comparison.state === "refused") {
    return { state: "unknown", differences: comparison.reasons };
  }
  const differences = [
    ...[...comparison.orphaned]
      .filter(([stack]) => isInShard(stack, shard))
      .map(([stack, { why }]) => `${stack}: ${why}`),
    ...comparison.strays
      .filter(({ stack }) => isInShard(stack, shard))
      .map(({ key, stack, why }) => `${key} of ${stack || "nobody"}: ${why}`),
    ...dangling.filter(({ stack }) => isInShard(stack, shard)).map(({ why }) => why),
    // An unreadable stack cannot be shown to agree.
    ...stacks
      .filter(({ situation }) => situation.fault !== undefined && isInShard(situation.stack, shard))
      .map(({ situation }) => `${situation.stack}: ${situation.fault ?? ""}`),
  ];
  return { state: differences.length === 0 ? "agree" : "differ", differences };
}
