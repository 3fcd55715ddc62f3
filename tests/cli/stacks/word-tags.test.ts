import fc from "fast-check";
import { changed } from "../../../cli/stacks/stack-tags";
import { wordChanges, wordsIn } from "../../../cli/stacks/word-tags";

const write = (words: readonly string[], before = {}) =>
  changed(before, wordChanges(before, "claims", words));

it("words are read as they were written, for any number of present and former words", () => {
  const words = fc.array(fc.stringMatching(/^[a-z0-9.=-]{1,250}$/));
  fc.assert(
    fc.property(words, words, (some, others) => {
      expect(wordsIn(write(some, write(others)), "claims")).toEqual(some);
    }),
  );
});

it("words fit into Pulumi Cloud's tags, several in one tag", () => {
  const tags = write(Array.from({ length: 11 }, (_, index) => `${"data-".repeat(20)}${index}`));
  expect(Object.keys(tags)).toEqual([
    "claims1",
    "claims2",
    "claims3",
    "claims4",
    "claims5",
    "claims6",
  ]);
  expect(Math.max(...Object.values(tags).map((value) => value.length))).toBeLessThanOrEqual(256);
});

it("words stand beside other tags", () => {
  const tags = { owner: "alice", claimsman: "x", pins1: "y" };
  expect(wordsIn(write(["files"], tags), "claims")).toEqual(["files"]);
  expect(write([], write(["files"], tags))).toEqual(tags);
});
