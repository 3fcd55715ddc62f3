import { unpinnedWarnings } from "../../../cli/sleep/sleep.text";

test("images that a wake takes by their tags give one warning for each reason", () => {
  const unreachable = "registry.example.com cannot be reached: ECONNREFUSED";
  expect(
    unpinnedWarnings([
      `registry.example.com/shop/api:v1: ${unreachable}`,
      "redis:7: it does not exist",
      `registry.example.com/shop/web:v1: ${unreachable}`,
    ]),
  ).toEqual([
    `a wake takes 2 images by their tags: ${unreachable}`,
    "a wake takes redis:7 by its tag: it does not exist",
  ]);
});
