import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { writeKubeconfig } from "../../../core/overlay/kubeconfig-file";

describe("writeKubeconfig", () => {
  it("writes a kubeconfig that works in any folder and that only its owner can read", () => {
    const project = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    const kubeconfig = {
      "current-context": "alice-dev",
      users: [{ user: { exec: { command: "node", args: ["bin/exec-credential.js", "c-1"] } } }],
    };
    const file = writeKubeconfig(project, ".rendered/alice-dev", stringify(kubeconfig));

    expect(file).toBe(".rendered/alice-dev/kubeconfig.yaml");
    expect(parse(readFileSync(join(project, file), "utf8"))).toEqual({
      "current-context": "alice-dev",
      users: [
        {
          user: {
            exec: { command: "node", args: [join(project, "bin/exec-credential.js"), "c-1"] },
          },
        },
      ],
    });
    expect(statSync(join(project, file)).mode & 0o777).toBe(0o600);
    rmSync(project, { recursive: true });
  });
});
