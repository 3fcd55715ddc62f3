/** Explains a failed call to the API. */
import { DigitalOceanError } from "./api-client";

/** Says what was being done when it failed, in the words of the official provider. */
export async function explain<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new Error(`${what}${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Undefined when the API says that what was asked for does not exist. */
export async function unlessNotFound<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DigitalOceanError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}
