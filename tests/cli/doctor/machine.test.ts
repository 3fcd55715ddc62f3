import { checkNode } from "../../../cli/doctor/machine";

const ENGINES = ">=20.19 <27";

test.each(["20.19.0", "20.20.2", "22.1.0", "24.21.0", "26.12.1"])(
  "Node %s is what the project requires",
  (version) => {
    expect(checkNode(version, ENGINES)).toEqual({ subject: "node", found: version, state: "ok" });
  },
);

test.each(["18.20.8", "20.2.0", "20.9.0", "20.18.3"])("Node %s is too old", (version) => {
  expect(checkNode(version, ENGINES)).toMatchObject({
    state: "fault",
    wanted: "20.19 or newer",
    fix: "install Node.js 20.19 or newer: https://nodejs.org/en/download",
  });
});
