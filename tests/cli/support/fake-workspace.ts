import type { Engine } from "../../../cli/stacks/engine";
import type { Followed } from "../../../cli/stacks/update";
import type { Workplace } from "./workplace";

type Operation = (options: Followed & { readonly refresh?: boolean }) => Promise<object>;

/** In the place of the Automation API, which takes a second to load: each operation does what the test says. */
export class FakeWorkspace {
  public readonly engine: Engine;
  public readonly up = jest.fn<ReturnType<Operation>, Parameters<Operation>>();
  public readonly destroy = jest.fn<ReturnType<Operation>, Parameters<Operation>>();
  public readonly preview = jest.fn<ReturnType<Operation>, Parameters<Operation>>();
  public readonly removeStack = jest.fn(() => Promise.resolve());
  public readonly local = { removeStack: this.removeStack };

  public constructor({ pulumi }: Workplace) {
    this.engine = pulumi.asEngine();
    for (const operation of [this.up, this.destroy, this.preview]) {
      operation.mockResolvedValue({ outputs: {} });
    }
  }

  public readonly stack = () => Promise.resolve(this);
}
