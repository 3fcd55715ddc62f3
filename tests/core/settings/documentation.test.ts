import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readProfile, readProject } from "../../../core/settings/project-files";
import { SETTING_NAMES, settingsSchema } from "../../../core/settings/schema";

const ROOT = join(__dirname, "../../..");

describe("the documentation of settings", () => {
  it("lists each setting in the table of docs/settings.md, in the schema's order", () => {
    const table = readFileSync(join(ROOT, "docs/settings.md"), "utf8").split("\n## ")[0] ?? "";
    const names = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(names).toEqual(SETTING_NAMES);
  });

  it("gives the schema's defaults in Pulumi.yaml", () => {
    const defaults = settingsSchema.parse({});
    expect(defaults).toMatchObject(readProject(ROOT, "ephemeral-doks"));
  });

  it.each(["dev", "ci"])("is valid in profile %s", (profile) => {
    const layer = readProfile(ROOT, "ephemeral-doks", profile);
    expect(settingsSchema.parse(layer)).toMatchObject({ nodeCount: 2 });
  });

  it("describes profile shared as an autoscaled cluster without automatic clean-up", () => {
    const settings = settingsSchema.parse(readProfile(ROOT, "ephemeral-doks", "shared"));
    expect(settings).toMatchObject({ placement: "host", minNodes: 2, maxNodes: 10, protect: true });
  });
});
