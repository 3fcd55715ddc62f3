import { ApiError } from "../../account/api-error";

/** Waits for an answer of DigitalOcean. @returns the error in its place, so that the other checks can go on */
export async function answerOf<T>(request: Promise<T>): Promise<T | ApiError> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError) {
      return error;
    }
    throw error;
  }
}

export function isHad<T>(answer: T | ApiError): answer is T {
  return !(answer instanceof ApiError);
}
