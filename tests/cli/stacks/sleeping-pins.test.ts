import { pinChanges, pinsIn, withoutSleepingPins } from "../../../cli/stacks/sleeping-pins";

const digest = (of: string) => `sha256:${of.repeat(64)}`;
const API = `acme/api:v1=${digest("a")}`;
const WEB = `localhost:5000/acme/web:pr-7=${digest("b")}`;
const PINS = { "acme/api:v1": digest("a"), "localhost:5000/acme/web:pr-7": digest("b") };

it("pins are read as they were written", () => {
  const tags = { pins1: `${API} ${WEB}` };
  expect(pinChanges({}, PINS)).toEqual(tags);
  expect(pinsIn({ ...tags, owner: "alice" })).toEqual(PINS);
});

it("pins with other values are not the sleep's", () => {
  const own = { ...PINS, "acme/web:v2": digest("d"), "acme/api:v1": digest("e") };
  expect(withoutSleepingPins(own, { pins1: `${API} ${WEB}` })).toEqual({
    "acme/web:v2": digest("d"),
    "acme/api:v1": digest("e"),
  });
});
