import { moment } from "../terminal/times";
import type { ReviewData } from "./reap.data";

export function reviewText(data: ReviewData): string {
  const { wouldHaveDestroyed, usedAfterwards, falsePositiveRate, falsePositives } = data;
  if (wouldHaveDestroyed === 0) {
    return "rehearsals would have destroyed nothing so far\n";
  }
  const rate = (falsePositiveRate * 100).toFixed(1);
  return [
    `rehearsals would have destroyed ${wouldHaveDestroyed} environments, of which ${usedAfterwards} were used afterwards: ${rate} % false positives\n`,
    ...falsePositives.map(
      ({ stack, cause, at, usedAt }) =>
        `  ${stack}: by ${cause} at ${moment(at)}, used at ${moment(usedAt)}\n`,
    ),
  ].join("");
}
