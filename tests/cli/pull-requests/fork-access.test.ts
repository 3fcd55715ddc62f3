import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withForkAccess } from "../../../cli/pull-requests/fork-access";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fork-access-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  writeFileSync(join(folder, "Pulumi.ci.yaml"), "config: {}\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const own = (layer: object) =>
  withForkAccess({ folder, name: "shop" }, "pr-7-ci", { imageTag: "sha-1", ...layer });

test("a fork's environment is not reachable from outside, regardless of its earlier access", () => {
  const closed = { imageTag: "sha-1", access: [] };
  expect(own({})).toEqual(closed);
  expect(own({ access: "public" })).toEqual(closed);
});

test.each(["public", '["203.0.113.0/24"]'])(
  "the base branch's setting also applies to a fork: %s",
  (access) => {
    writeFileSync(join(folder, "Pulumi.ci.yaml"), `config:\n  shop:access: ${access}\n`);
    expect(own({ access: [] })).toEqual({ imageTag: "sha-1" });
  },
);
test("a profile that unsets the access in Pulumi.yaml leaves it closed", () => {
  const project = "name: shop\nruntime: nodejs\nconfig: {access: public}\n";
  writeFileSync(join(folder, "Pulumi.yaml"), project);
  expect(own({})).toEqual({ imageTag: "sha-1" });
  writeFileSync(join(folder, "Pulumi.ci.yaml"), "config:\n  shop:access: null\n");
  expect(own({ access: null })).toEqual({ imageTag: "sha-1", access: [] });
});
