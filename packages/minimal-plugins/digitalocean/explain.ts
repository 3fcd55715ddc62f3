/** Explains a failed call to the API. */
import { DigitalOceanError } from "./api-client";

/** Adds the failed operation to an error, in the official provider's words. */
export async function explain<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new Error(`${what}${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Returns undefined when the API reports that the resource does not exist. */
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
