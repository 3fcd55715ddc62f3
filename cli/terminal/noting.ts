import { describeError } from "../../core/errors";
import type { Context } from "./context";

/** Notes what was done, or warns that it could not be noted: it was done all the same. */
export async function noting(
  { say }: Pick<Context, "say">,
  what: string,
  write: () => unknown,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    say(`! could not record ${what}: ${describeError(error)}`);
  }
}
