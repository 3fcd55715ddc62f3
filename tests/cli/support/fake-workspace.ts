import type { Engine } from "../../../cli/stacks/engine";
import type { Followed } from "../../../cli/stacks/workspace";
import type { Workplace } from "./workplace";

type Operation = (options: Followed & { readonly refresh?: boolean }) => Promise<object>;

/** A workspace without pulumi: the test defines each operation. */
export class FakeWorkspace {
  public readonly engine: Engine;
  public readonly up = jest.fn<ReturnType<Operation>, Parameters<Operation>>();
  public readonly destroy = jest.fn<ReturnType<Operation>, Parameters<Operation>>();
  public readonly preview = jest.fn<ReturnType<Operation>, Parameters<Operation>>();
  public readonly createStack = jest.fn(() => Promise.resolve());
  public readonly forgetPending = jest.fn((_stack: string) => Promise.resolve());
  public readonly removeStack = jest.fn(() => Promise.resolve());

  public constructor({ pulumi }: Workplace) {
    this.engine = pulumi.asEngine();
    for (const operation of [this.up, this.destroy, this.preview]) {
      operation.mockResolvedValue({});
    }
  }

  /** Text of the last operation's config file. */
  public config: string | undefined;
  public readonly stack = (_name: string, config?: string) => {
    this.config = config;
    return this;
  };
}
