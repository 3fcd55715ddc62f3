import fc from "fast-check";
import {
  pinsIn,
  pinTagsIn,
  tagsOfPins,
  withoutSleepingPins,
} from "../../../cli/stacks/sleeping-pins";

const digest = (of: string) => `sha256:${of.repeat(64)}`;
const PINS = { "acme/api:v1": digest("a"), "localhost:5000/acme/web:pr-7": digest("b") };

describe("digests in tags", () => {
  it("are read as they were written, however many there are", () => {
    const pins = fc.dictionary(
      fc.stringMatching(/^[a-z0-9./]{1,60}:[\w.-]{1,40}$/),
      fc.constantFrom(...Object.values(PINS)),
    );
    fc.assert(
      fc.property(pins, (some) => {
        expect(pinsIn(tagsOfPins(some))).toEqual({ ...some });
      }),
    );
  });

  it("fit into what Pulumi Cloud takes, several in one", () => {
    const many = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [
        `registry.digitalocean.com/acme/shop/service-${index}:v1`,
        digest("c"),
      ]),
    );
    const tags = tagsOfPins(many);
    expect(Object.keys(tags)).toEqual(["pins1", "pins2", "pins3", "pins4", "pins5", "pins6"]);
    expect(Math.max(...Object.values(tags).map((value) => value.length))).toBeLessThanOrEqual(256);
  });

  it("stand beside other tags", () => {
    const tags = { ...tagsOfPins(PINS), owner: "alice", pinsomnia: "x" };
    expect(pinsIn(tags)).toEqual(PINS);
    expect(pinTagsIn(tags)).toEqual(["pins1"]);
  });
});

it("pins that somebody else has made are those that differ", () => {
  const own = { ...PINS, "acme/web:v2": digest("d"), "acme/api:v1": digest("e") };
  expect(withoutSleepingPins(own, tagsOfPins(PINS))).toEqual({
    "acme/web:v2": digest("d"),
    "acme/api:v1": digest("e"),
  });
});
