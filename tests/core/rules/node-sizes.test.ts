import { describeError } from "../../../core/errors";
import { BASE_NODE_SIZE } from "../../../core/money/bill";
import { type SizeFacts, sizeErrors } from "../../../core/rules/node-sizes";

const FACTS: SizeFacts = {
  size: "s-2vcpu-4gb",
  region: "ams3",
  offered: ["s-4vcpu-8gb", "s-2vcpu-2gb"],
  regions: ["fra1", "nyc3"],
};

function fixOf(changes: Partial<SizeFacts>): string | undefined {
  const set = (setting: string, value: string) => `set ${setting} ${value}`;
  return sizeErrors({ ...FACTS, ...changes }, set)[0]?.fix;
}

test.each<[string, Partial<SizeFacts>, string | undefined]>([
  ["offered", { offered: [FACTS.size] }, undefined],
  [
    "elsewhere",
    {},
    "set nodeSize s-2vcpu-2gb   # or set region; regions that offer it: fra1, nyc3",
  ],
  ["nowhere", { regions: [] }, "set nodeSize s-2vcpu-2gb"],
  ["like no other", { size: "gpu-h100x1-80gb", regions: [] }, "set nodeSize s-4vcpu-8gb"],
  ["in a region without any", { offered: [], regions: [] }, "set nodeSize <size>"],
  ["the base node's, offered", { size: BASE_NODE_SIZE, offered: [BASE_NODE_SIZE] }, undefined],
  [
    "the base node's, elsewhere",
    { size: BASE_NODE_SIZE },
    "set region fra1   # regions that offer it: fra1, nyc3",
  ],
  [
    "the base node's, nowhere",
    { size: BASE_NODE_SIZE, regions: [] },
    "ask DigitalOcean's support why the size is not offered to the account",
  ],
])("a node size that is %s", (_, changes, expected) => {
  expect(fixOf(changes)).toBe(expected);
});

test("the error names the size, the region and what is offered there", () => {
  expect(sizeErrors(FACTS, () => "x").map(describeError)).toEqual([
    expect.stringMatching(
      /^node size "s-2vcpu-4gb" is not offered in ams3; offered there: s-4vcpu-8gb, s-2vcpu-2gb\n {2}fix: /,
    ),
  ]);
});
