/** An object of a cluster, with the fields that identify its environment. */
export interface OwnedObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

const STACK_LABEL = "ephemeral-doks/stack";

/** Runs a function for each name, several at a time. @returns seconds of each, in the order of the names */
export async function timedForEach(
  names: readonly string[],
  atOnce: number,
  work: (name: string) => Promise<unknown>,
): Promise<number[]> {
  const seconds: number[] = [];
  const waiting = [...names.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, name] = next;
      const started = performance.now();
      await work(name);
      seconds[index] = (performance.now() - started) / 1000;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return seconds;
}

/**
 * What of one environment is in another's namespace, or not in each alike. Environments of one tree have objects of the same
 * kinds and names, each with its own stack's label.
 *
 * @param objects - of all namespaces, those that Kubernetes itself has made left out
 * @returns in words; nothing when each keeps to itself
 */
export function crossTalk(objects: readonly OwnedObject[], stacks: readonly string[]): string[] {
  const labelled = objects.filter(({ metadata }) => metadata.labels?.[STACK_LABEL] !== undefined);
  const strayed = labelled
    .filter(({ metadata }) => metadata.labels?.[STACK_LABEL] !== metadata.namespace)
    .map(
      ({ kind, metadata: { name, namespace, labels } }) =>
        `${kind}/${name} of ${labels?.[STACK_LABEL] ?? ""} is in ${namespace}`,
    );
  const [first = "", ...others] = stacks.map((stack) =>
    labelled
      .filter(({ metadata }) => metadata.namespace === stack)
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      .sort()
      .join(" "),
  );
  const unlike = others.flatMap((other, index) =>
    other === first ? [] : [`${stacks[index + 1] ?? ""} has ${other}, and not ${first}`],
  );
  return [...strayed, ...(first === "" ? ["there is nothing"] : []), ...unlike];
}

/** Median and largest. */
export function spread(seconds: readonly number[]): string {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (index: number) => `${(sorted[index] ?? Number.NaN).toFixed(1)} s`;
  return `median ${at(Math.floor(sorted.length / 2))}, most ${at(sorted.length - 1)}`;
}
