import { listText } from "../../../cli/ui/list-text";
import { COLOURED, EMPTY, NOW, PLAIN, UP } from "./support/environments";

describe("the table of list", () => {
  it("shows whose, in what state, until when, and at what price; a dash for what is not known", () => {
    const expired = { ...UP, stack: "pr-7-ci", owner: "pr-7", profile: "ci", protected: true };
    const environments = [
      UP,
      EMPTY,
      { ...expired, expiresAt: "2026-11-22T12:00:00Z", expired: true },
    ];
    expect(listText(environments, 3, NOW, PLAIN)).toBe(
      `STACK      OWNER  PROFILE  STATE          AGE  UPDATED  EXPIRES         $/HOUR   COST   URL
alice-dev  alice  dev      up             3d   3h       in 14d          $0.1071  $8.14  http://127.94.210.38
bob-dev    bob    dev      empty          -    -        -               -        -      -
pr-7-ci    pr-7   ci       up, protected  3d   3h       expired 1d ago  $0.1071  $8.14  http://127.94.210.38
`,
    );
  });

  it("tells below it why an environment cannot be read", () => {
    const damaged = { ...EMPTY, state: "damaged", fault: "it is no valid JSON" } as const;
    expect(listText([damaged, UP], 2, NOW, PLAIN)).toBe(
      `STACK      OWNER  PROFILE  STATE    AGE  UPDATED  EXPIRES  $/HOUR   COST   URL
bob-dev    bob    dev      damaged  -    -        -        -        -      -
alice-dev  alice  dev      up       3d   3h       in 14d   $0.1071  $8.14  http://127.94.210.38

! bob-dev: it is no valid JSON
`,
    );
  });

  it("paints red what has expired or is damaged, and yellow what is neither up", () => {
    const text = listText(
      [
        { ...UP, expiresAt: "2026-11-22T12:00:00Z", expired: true },
        { ...EMPTY, state: "damaged", fault: "no JSON" },
        EMPTY,
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

  it("says how to begin when there is nothing, but not when something else was asked for", () => {
    expect(listText([], 0, NOW, PLAIN)).toBe(
      "no environments; `doks-env up <your name>-dev` makes one\n",
    );
    expect(listText([], 12, NOW, PLAIN)).toBe("no such environment among 12\n");
  });
});
