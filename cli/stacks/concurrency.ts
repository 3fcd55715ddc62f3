/**
 * Maps items, so many at once.
 *
 * @returns the results in the items' order
 * @throws what the first failing call throws; the others run to their end unheeded
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async () => {
    // All workers take from the one iterator.
    for (const [index, item] of left) {
      results[index] = await act(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
