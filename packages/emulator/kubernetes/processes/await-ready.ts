import { delay } from "./delay";
import type { SupervisedProcess } from "./supervised-process";

const POLL_INTERVAL_MS = 50;

/**
 * Waits until a probe answers true.
 * @throws the process's failure if it stays down, an Error after `timeoutMs`, an AbortError on abort.
 */
export async function awaitReady(options: {
  readonly what: string;
  readonly probe: () => Promise<boolean>;
  readonly process: SupervisedProcess;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  while (!(await options.probe())) {
    if (options.process.failure) {
      throw options.process.failure;
    }
    if (Date.now() > deadline) {
      throw new Error(`${options.what} was not ready after ${options.timeoutMs / 1000} s`);
    }
    await delay(POLL_INTERVAL_MS, options.signal);
  }
}
