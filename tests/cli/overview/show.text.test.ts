import type { Workload } from "../../../cli/cluster/diagnosis";
import type { ShowData } from "../../../cli/overview/show.data";
import { showText } from "../../../cli/overview/show.text";
import { FOREIGN_LOCK } from "../support/records";
import { COLOURED, EMPTY, NOW, PLAIN, UP } from "../terminal/support/environments";

const WEB = { kind: "Deployment", name: "web", ready: 1, desired: 1, state: "ready" } as Workload;
const NODE = {
  name: "alice-dev-base-1",
  size: "s-1vcpu-2gb",
  ready: true,
  version: "v1.35.4",
  createdAt: "2026-11-20T08:05:00Z",
};

const SHOWN: ShowData = {
  environment: UP,
  settings: {
    nodeCount: { value: 3, origin: "profile" },
    region: { value: "fra1", origin: "default" },
    developers: { value: [{ kind: "Group", name: "shop" }], origin: "stack" },
  },
  images: ["acme/web:v1", "redis:alpine"],
  cluster: {
    workloads: [
      WEB,
      {
        ...WEB,
        name: "api",
        ready: 0,
        desired: 2,
        state: "failed",
        reason: "it cannot pull acme/api:v9",
      },
    ],
    nodes: [NODE, { ...NODE, name: "alice-dev-workers-1", ready: false, reason: "NotReady" }],
    quota: [],
  },
  verdict: {
    kind: "active",
    reasons: ["last use"],
    dues: [],
    timeline: ["alice-dev is active: last use", "  nothing is due"],
  },
  kept: [],
  updates: [
    {
      kind: "update",
      result: "failed",
      startedAt: "2026-11-23T08:29:00Z",
      endedAt: "2026-11-23T08:30:00Z",
      changes: { create: 2, update: 1, same: 40 },
    },
    {
      kind: "refresh",
      result: "in-progress",
      startedAt: "2026-11-23T11:58:00Z",
      endedAt: "1970-01-01T00:00:00Z",
      changes: {},
    },
  ],
};

describe("show", () => {
  it("shows everything about an environment, in sections", () => {
    expect(showText(SHOWN, NOW, PLAIN)).toBe(`alice-dev
  state         up
  owner         alice
  profile       dev
  pull request  7
  commit        1f2e3d4
  url           http://127.94.210.38
  namespace     alice-dev
  cluster       alice-dev
  created       2026-11-20 08:00 UTC, 3d ago
  expires       2026-12-07 08:42 UTC, in 14d
  protected     no
  price         $0.1071 an hour, $72 a month
  cost so far   $8.14

settings
  SETTING     VALUE                             FROM
  nodeCount   3                                 profile
  region      fra1                              default
  developers  [{"kind":"Group","name":"shop"}]  stack

images
  acme/web:v1
  redis:alpine

workloads
  WORKLOAD        READY  STATE   WHY
  Deployment/web  1/1    ready
  Deployment/api  0/2    failed  it cannot pull acme/api:v9

nodes
  NODE                 SIZE         STATE     VERSION  AGE
  alice-dev-base-1     s-1vcpu-2gb  ready     v1.35.4  3d
  alice-dev-workers-1  s-1vcpu-2gb  NotReady  v1.35.4  3d

verdict
  alice-dev is active: last use
    nothing is due

last updates
  UPDATE   RESULT       WHEN    TOOK  CHANGES
  update   failed       3h ago  60 s  2 created, 1 updated, 40 unchanged
  refresh  in-progress  2m ago  -
`);
  });

  it("lists its kept data with the total price", () => {
    const kept: ShowData["kept"] = [
      { claim: "db", kind: "snapshot", name: "alice-dev-db-1", giB: 10, usdPerMonth: 0.6 },
      { claim: "files", kind: "snapshot", name: "alice-dev-files-1", giB: 0.1, usdPerMonth: 0.01 },
    ];
    expect(showText({ ...SHOWN, kept }, NOW, PLAIN)).toContain(`
kept data, $0.61 a month
  db: snapshot alice-dev-db-1, 10 GiB, $0.60 a month
  files: snapshot alice-dev-files-1, 0.1 GiB, $0.01 a month
`);
  });

  it("shows what is known about an incomplete environment, and why the rest is unknown", () => {
    const environment = {
      ...EMPTY,
      state: "damaged",
      fault: "it is not valid JSON",
      lockedBy: [FOREIGN_LOCK],
      protected: true,
    } as const;
    const data: ShowData = {
      environment,
      settings: { unknown: '"bob-prod" does not end in a known profile' },
      images: [],
      cluster: { unknown: '"bob-dev" has no cluster' },
      verdict: { unknown: "no DigitalOcean token is set" },
      kept: { unknown: "no DigitalOcean token is set" },
      updates: [],
    };
    expect(showText(data, NOW, PLAIN)).toBe(`bob-dev
  state      damaged
  fault      it is not valid JSON
  locked by  alice@somewhere-else (pid 4711) since 2026-11-23 11:55 UTC, 4m30s ago
  owner      bob
  profile    dev
  protected  yes

settings
  "bob-prod" does not end in a known profile

images
  none

cluster
  unknown: "bob-dev" has no cluster

kept data
  unknown: no DigitalOcean token is set

verdict
  no DigitalOcean token is set

last updates
  none
`);
  });

  it("prints ready parts green, failures red, and pending parts yellow", () => {
    const text = showText(SHOWN, NOW, COLOURED);
    expect(text).toContain(COLOURED.green("ready"));
    expect(text).toContain(COLOURED.red("failed"));
    expect(text).toContain(COLOURED.red("NotReady"));
    expect(text).toContain(COLOURED.yellow("in-progress"));
  });
});
