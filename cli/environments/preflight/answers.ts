import { DigitalOceanError } from "../../account/digitalocean-error";

/** Waits for an answer of DigitalOcean. @returns the error in its place, so that the other checks can go on */
export async function answerOf<T>(request: Promise<T>): Promise<T | DigitalOceanError> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof DigitalOceanError) {
      return error;
    }
    throw error;
  }
}

export function isHad<T>(answer: T | DigitalOceanError): answer is T {
  return !(answer instanceof DigitalOceanError);
}
