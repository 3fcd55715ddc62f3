import { sleepText, unpinnedWarnings } from "../../../cli/sleep/sleep.text";
import { PLAIN } from "../terminal/support/environments";

test("a sleep without digests promises no bytes", () => {
  const data = { stack: "alice-dev", left: [], pins: {}, unpinned: ["redis:7: x"], kept: [] };
  expect(sleepText(data, PLAIN)).toMatch(/`doks-env wake alice-dev` brings it back\.\n$/);
});

test("images that a wake pulls by tag produce one warning for each reason", () => {
  const unreachable = "registry.example.com cannot be reached: ECONNREFUSED";
  expect(
    unpinnedWarnings([
      `registry.example.com/shop/api:v1: ${unreachable}`,
      "redis:7: it does not exist",
      `registry.example.com/shop/web:v1: ${unreachable}`,
    ]),
  ).toEqual([
    `wake will pull 2 images by tag: ${unreachable}`,
    "wake will pull redis:7 by tag: it does not exist",
  ]);
});
