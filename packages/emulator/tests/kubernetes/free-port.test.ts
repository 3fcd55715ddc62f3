import { findFreePort } from "../../kubernetes/processes/free-port";

// Claim: control planes that start at the same time never get the same port.

it("finds another port each time, before anything listens on those found", async () => {
  const ports = await Promise.all(Array.from({ length: 400 }, findFreePort));
  expect(new Set(ports).size).toBe(ports.length);
});
