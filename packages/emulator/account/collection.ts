export interface Entity {
  readonly id: string | number;
}

/** The entities of one kind, in the order in which they were added. */
export class Collection<T extends Entity> {
  private readonly items = new Map<T["id"], T>();
  private changed: () => void = () => {};

  /** Loads the stored entities. Reports every later change. */
  public load(items: readonly T[], changed: () => void): void {
    for (const item of items) {
      this.items.set(item.id, item);
    }
    this.changed = changed;
  }

  public all(): T[] {
    return [...this.items.values()];
  }

  public find(id: T["id"]): T | undefined {
    return this.items.get(id);
  }

  /** Adds an entity, or replaces the one with its id. */
  public put(item: T): T {
    this.items.set(item.id, item);
    this.changed();
    return item;
  }

  /** Replaces some fields of an entity; does nothing if it does not exist. */
  public update(id: T["id"], changes: Partial<T>): T | undefined {
    const item = this.items.get(id);
    return item && this.put({ ...item, ...changes });
  }

  public remove(id: T["id"]): void {
    if (this.items.delete(id)) {
      this.changed();
    }
  }
}
