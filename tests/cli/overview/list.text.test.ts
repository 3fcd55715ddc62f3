import type { JudgedEnvironment } from "../../../cli/overview/list.data";
import { listText } from "../../../cli/overview/list.text";
import type { EnvironmentStatus } from "../../../cli/stacks/environment-status";
import { COLOURED, EMPTY, NOW, PLAIN, UP } from "../terminal/support/environments";

const judged = (
  environment: EnvironmentStatus,
  kind: JudgedEnvironment["verdict"]["kind"] = "active",
): JudgedEnvironment => ({ ...environment, verdict: { kind, reasons: [], dues: [] }, kept: [] });

describe("the table of list", () => {
  it("shows owner, state, expiry and price, and a dash for unknown values", () => {
    const expired = { ...UP, stack: "pr-7-ci", owner: "pr-7", profile: "ci", protected: true };
    const environments = [
      judged(UP),
      judged(EMPTY, "unknown"),
      judged({ ...expired, expiresAt: "2026-11-22T12:00:00Z", expired: true }, "protected"),
    ];
    expect(listText(environments, 3, NOW, PLAIN)).toBe(
      `STACK      OWNER  PROFILE  STATE          VERDICT    AGE  UPDATED  EXPIRES         $/HOUR   COST   URL
alice-dev  alice  dev      up             active     3d   3h       in 14d          $0.1071  $8.14  http://127.94.210.38
bob-dev    bob    dev      empty          unknown    -    -        -               -        -      -
pr-7-ci    pr-7   ci       up, protected  protected  3d   3h       expired 1d ago  $0.1071  $8.14  http://127.94.210.38
`,
    );
  });

  it("shows every name of an environment", () => {
    const hosts = { api: "https://api.example.com" };
    expect(listText([judged({ ...UP, hosts })], 1, NOW, PLAIN)).toMatch(
      /http:\/\/127\.94\.210\.38 https:\/\/api\.example\.com\n$/,
    );
  });

  it("shows each environment's cluster if there is a shared one, and explains the prices", () => {
    const { url: _, expiresAt: __, ...base } = UP;
    const host = { ...base, stack: "team-shared", owner: "team", profile: "shared" };
    const environments = [
      judged({ ...UP, placement: "namespace", hostStack: "team-shared", pricePerHourUsd: 0.02 }),
      judged({ ...EMPTY, placement: undefined }, "unknown"),
      judged({ ...host, placement: "host" }, "protected"),
    ];
    expect(listText(environments, 3, NOW, PLAIN)).toBe(
      `STACK        OWNER  PROFILE  STATE  VERDICT    PLACEMENT       AGE  UPDATED  EXPIRES  $/HOUR   COST   URL
alice-dev    alice  dev      up     active     in team-shared  3d   3h       in 14d   $0.0200  $8.14  http://127.94.210.38
bob-dev      bob    dev      empty  unknown    -               -    -        -        -        -      -
team-shared  team   shared   up     protected  host            3d   3h       -        $0.1071  $8.14  -

An environment on a shared cluster is priced at its quota's share of the cluster at its largest; the shared cluster at its full price.
`,
    );
  });

  it("shows the price of kept data if there is any, or why it is unknown", () => {
    const kept: JudgedEnvironment["kept"] = [
      { claim: "db", kind: "snapshot", name: "alice-dev-db-1", giB: 10, usdPerMonth: 0.6 },
      { claim: "files", kind: "volume", name: "pvc-1", giB: 0.1, usdPerMonth: 0.01 },
    ];
    const environments = [{ ...judged(UP), kept }, judged(EMPTY, "unknown")];
    expect(listText(environments, 2, NOW, PLAIN)).toBe(
      `STACK      OWNER  PROFILE  STATE  VERDICT  AGE  UPDATED  EXPIRES  $/HOUR   COST   KEPT DATA    URL
alice-dev  alice  dev      up     active   3d   3h       in 14d   $0.1071  $8.14  $0.61/month  http://127.94.210.38
bob-dev    bob    dev      empty  unknown  -    -        -        -        -      -            -
`,
    );
    const missing = { claim: "cache", kind: "missing", name: "", giB: 0, usdPerMonth: 0 } as const;
    const partly = { ...judged(UP), kept: [...kept, missing] };
    expect(listText([partly], 1, NOW, PLAIN)).toContain("$0.61/month (1 missing)");
    const unasked = { ...judged(UP), kept: { unknown: "no DigitalOcean token is set" } };
    const text = listText([unasked, unasked], 2, NOW, PLAIN);
    expect(text).toContain("$8.14  ?          http");
    expect(text.split("\n").slice(3).join("\n")).toBe(
      "\n! kept data is unknown: no DigitalOcean token is set\n",
    );
  });

  it("explains below the table why an environment cannot be read", () => {
    const damaged = { ...EMPTY, state: "damaged", fault: "it is not valid JSON" } as const;
    expect(listText([judged(damaged), judged(UP)], 2, NOW, PLAIN)).toBe(
      `STACK      OWNER  PROFILE  STATE    VERDICT  AGE  UPDATED  EXPIRES  $/HOUR   COST   URL
bob-dev    bob    dev      damaged  active   -    -        -        -        -      -
alice-dev  alice  dev      up       active   3d   3h       in 14d   $0.1071  $8.14  http://127.94.210.38

! bob-dev: it is not valid JSON
`,
    );
  });

  it("prints expired and damaged environments red, and others that are not up yellow", () => {
    const text = listText(
      [
        judged({ ...UP, expiresAt: "2026-11-22T12:00:00Z", expired: true }),
        judged({ ...EMPTY, state: "damaged", fault: "no JSON" }),
        judged(EMPTY),
      ],
      3,
      NOW,
      COLOURED,
    );
    expect(text).toContain(COLOURED.red("expired 1d ago"));
    expect(text).toContain(COLOURED.red("damaged"));
    expect(text).toContain(COLOURED.yellow("empty"));
    expect(text).not.toContain(COLOURED.yellow("up"));
  });

  it("explains how to start when there are no environments, but not for an empty selection", () => {
    expect(listText([], 0, NOW, PLAIN)).toBe(
      "no environments; `doks-env up <your name>-dev` creates one\n",
    );
    expect(listText([], 12, NOW, PLAIN)).toBe("none of 12 environments matches\n");
  });
});
