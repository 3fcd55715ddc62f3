import * as fc from "fast-check";
import { isInShard, parseShard } from "../../../../cli/reap/policy/shard";
import { UserError } from "../../../../core/errors";

const shards = (of: number) => Array.from({ length: of }, (_, index) => ({ index: index + 1, of }));

describe("isInShard", () => {
  it("gives every stack to one shard", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (stack, of) => {
        expect(shards(of).filter((shard) => isInShard(stack, shard))).toHaveLength(1);
      }),
    );
  });

  it("always gives a name to the same shard", () => {
    const names = ["alice-dev", "bob-dev", "pr-7-ci", "pr-8-ci"];
    const of = (name: string) => shards(5).find((shard) => isInShard(name, shard))?.index;
    expect(names.map(of)).toEqual([1, 5, 1, 4]);
  });

  it("distributes evenly", () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `pr-${index}-ci`);
    for (const shard of shards(5)) {
      const count = names.filter((name) => isInShard(name, shard)).length;
      expect(count).toBeGreaterThan(900);
      expect(count).toBeLessThan(1_100);
    }
  });
});

describe("parseShard", () => {
  it("reads i/n", () => {
    expect(parseShard("1/1")).toEqual({ index: 1, of: 1 });
    expect(parseShard("2/12")).toEqual({ index: 2, of: 12 });
  });

  it.each(["0/5", "6/5", "1/0", "1", "a/b", "1/5/9", "-1/5", "1.5/5", ""])(
    "fails for %j",
    (text) => {
      expect(() => parseShard(text)).toThrow(UserError);
    },
  );
});
