import { reviewText } from "../../../cli/reap/reap.text";

test.each([
  [
    1,
    1,
    "rehearsals would have destroyed 1 environment, and 1 of these was used afterwards: 100.0 % false positives\n",
  ],
  [
    4,
    2,
    "rehearsals would have destroyed 4 environments, and 2 of these were used afterwards: 50.0 % false positives\n",
  ],
  [0, 0, "rehearsals would not have destroyed any environment so far\n"],
])("%d rehearsed destroys, %d of them wrong", (wouldHaveDestroyed, usedAfterwards, expected) => {
  const falsePositiveRate = usedAfterwards / (wouldHaveDestroyed || 1);
  const data = { wouldHaveDestroyed, usedAfterwards, falsePositiveRate, falsePositives: [] };
  expect(reviewText(data)).toBe(expected);
});
