import type { Diagnosis, Finding, Workload } from "../../../../cli/cluster/diagnosis";
import { secondsAgo } from "./objects";

const workload = (kind: Workload["kind"], name: string, desired: number): Workload => ({
  kind,
  name,
  ready: desired,
  desired,
  images: [],
  state: "ready",
});

export const WELL: Diagnosis = {
  namespace: "alice-dev",
  takenAt: secondsAgo(0).toISOString(),
  workloads: [
    workload("Deployment", "web", 3),
    workload("Deployment", "api", 1),
    workload("Job", "migrate", 1),
  ],
  findings: [],
  untold: 0,
  unread: [],
};

const NOTHING = { facts: [], pods: [], events: [], logs: [] };

export const CRASH: Finding = {
  kind: "Deployment",
  name: "web",
  state: "failed",
  reason: "CrashLoopBackOff",
  text: '2 of 3 pods: container "server" keeps ending with exit code 1',
  facts: ["it was restarted 4 times", 'Service "web" has no ready pod'],
  pods: ["web-1", "web-2"],
  likelyFix: {
    text: "find the cause in its last log lines, and fix it in the overlay or in the image",
    command: "doks-env up alice-dev --image web=<image>",
  },
  events: [
    {
      about: "Pod/web-1",
      reason: "BackOff",
      message: "Back-off restarting failed container server",
      count: 8,
      lastSeen: secondsAgo(10).toISOString(),
    },
  ],
  logs: [
    {
      pod: "web-1",
      container: "server",
      run: "previous",
      lines: ["listening on :8080", "panic: no such host db"],
    },
    {
      pod: "web-1",
      container: "server",
      run: "current",
      lines: [],
      unreadable: "it wrote nothing",
    },
  ],
};

/** Two workloads of three are not ready, one of them for two reasons. */
export const DIAGNOSIS: Diagnosis = {
  ...WELL,
  workloads: [
    { ...workload("Deployment", "web", 3), ready: 1, state: "failed" },
    workload("Deployment", "api", 1),
    { ...workload("Job", "migrate", 1), ready: 0, state: "progressing" },
  ],
  findings: [
    CRASH,
    {
      ...NOTHING,
      kind: "Deployment",
      name: "web",
      state: "failed",
      reason: "Unschedulable",
      text: "1 of 3 pods: no node takes it: 0/2 nodes are available: 2 Insufficient cpu",
      pods: ["web-3"],
      likelyFix: {
        text: "use more nodes, or request less in the overlay",
        command: "doks-env up alice-dev --set nodeCount=<more>",
      },
    },
    {
      ...NOTHING,
      kind: "Job",
      name: "migrate",
      state: "progressing",
      reason: "Progressing",
      text: "0 of 1 pods have completed",
    },
    {
      ...NOTHING,
      kind: "Service",
      name: "db",
      state: "failed",
      reason: "NoPods",
      text: "it selects pods with app=dbb, and no workload has such pods",
      likelyFix: { text: "ask a colleague" },
    },
  ],
  untold: 2,
  unread: ["Node objects may not be listed with this credential"],
};
