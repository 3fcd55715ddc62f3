import pc from "picocolors";
import { diagnosisText } from "../../../cli/cluster/diagnose.text";
import { DIAGNOSIS, WELL } from "./support/diagnosis";

const PLAIN = pc.createColors(false);

describe("diagnosisText", () => {
  it("shows failures with their causes and likely fixes", () => {
    expect(
      diagnosisText(DIAGNOSIS, PLAIN),
    ).toBe(`2 of 3 workloads of namespace alice-dev are not ready

Deployment web  failed  1 of 3 ready
  2 of 3 pods: container "server" keeps ending with exit code 1
    likely fix  find the cause in its last log lines, and fix it in the overlay or in the image
                doks-env up alice-dev --image web=<image>
    facts       it was restarted 4 times
                Service "web" has no ready pod
    pods        web-1, web-2
    events      Pod/web-1: BackOff, 8 times, last 10s ago: Back-off restarting failed container server
    log of container "server" in pod web-1, before its last restart
      | listening on :8080
      | panic: no such host db
    no log of container "server" in pod web-1: it wrote nothing
  1 of 3 pods: no node takes it: 0/2 nodes are available: 2 Insufficient cpu
    likely fix  use more nodes, or request less in the overlay
                doks-env up alice-dev --set nodeCount=<more>

Job migrate  progressing  0 of 1 ready
  0 of 1 pods have completed

Service db  failed
  it selects pods with app=dbb, and no workload has such pods
    likely fix  ask a colleague

2 more findings are not shown
not judged: Node objects may not be listed with this credential
`);
  });

  it("reports a healthy namespace in one line", () => {
    expect(diagnosisText(WELL, PLAIN)).toBe("all 3 workloads of namespace alice-dev are ready\n");
  });

  it("reports a namespace without workloads", () => {
    expect(diagnosisText({ ...WELL, workloads: [] }, PLAIN)).toBe(
      "namespace alice-dev has no workloads\n",
    );
  });

  it("does not report ready workloads with a silent Service as healthy", () => {
    const findings = DIAGNOSIS.findings.filter(({ kind }) => kind === "Service");
    expect(diagnosisText({ ...WELL, findings }, PLAIN)).toMatch(
      /^all 3 workloads of namespace alice-dev are ready, but there are other problems\n\nService db {2}failed\n/,
    );
  });

  it("prints failures red, pending objects yellow, and commands green", () => {
    const text = diagnosisText(DIAGNOSIS, pc.createColors(true));
    expect(text).toContain(pc.createColors(true).red("failed"));
    expect(text).toContain(pc.createColors(true).yellow("progressing"));
    expect(text).toContain(
      pc.createColors(true).green("doks-env up alice-dev --set nodeCount=<more>"),
    );
  });
});
