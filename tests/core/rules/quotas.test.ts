import { CI_RULES, DEVELOPER_RULES } from "../../../components/developer-access";
import { GRANTS } from "../../../core/rules/kinds";
import { hardOf, sharedHardOf } from "../../../core/rules/quotas";

const QUOTA = {
  cpu: "1",
  memory: "2Gi",
  pods: 50,
  loadBalancers: 2,
  volumes: 10,
  storage: "50Gi",
  memoryLimits: "8Gi",
  ephemeralStorage: "20Gi",
  objects: 200,
};

interface Rule {
  readonly apiGroups?: unknown;
  readonly resources?: unknown;
  readonly verbs: unknown;
}

/** Every `<group>/<resource>` of a role, with its verbs. */
function granted(rules: readonly Rule[]): [string, string[]][] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    (apiGroups as string[]).flatMap((group) =>
      (resources as string[]).map((resource): [string, string[]] => [
        `${group}/${resource}`,
        verbs as string[],
      ]),
    ),
  );
}
const makes = ([, verbs]: readonly [string, readonly string[]]) => verbs.includes("create");
/** As a quota counts it: parts of objects are not counted by themselves. */
const counted = (name: string) => {
  const [group = "", resource = ""] = name.split("/");
  return `count/${group === "" ? resource : `${resource}.${group}`}`;
};

describe("the program's own roles", () => {
  it.each([...granted(DEVELOPER_RULES as Rule[]), ...granted(CI_RULES as Rule[])])(
    "give nothing of %s that a tree's role may not give: %j",
    (name, verbs) => {
      expect(verbs.filter((verb) => !(GRANTS[name] ?? []).includes(verb))).toEqual([]);
    },
  );

  it("do not let CI create objects: a user who creates a pod has the rights of all ServiceAccounts", () => {
    expect(granted(CI_RULES as Rule[]).filter(makes)).toEqual([]);
  });
});

describe("the quota of an environment on a shared cluster", () => {
  const hard = sharedHardOf(QUOTA);

  it.each(
    [...granted(DEVELOPER_RULES as Rule[]), ...Object.entries(GRANTS)]
      .filter(makes)
      .map(([name]) => name)
      // The API server's quotas pass over events: core/rules/kinds.ts.
      .filter((name) => name.split("/").length === 2 && !name.endsWith("/events")),
  )("counts %s, which somebody there may make", (name) => {
    expect(Object.keys(hard)).toContain(counted(name));
  });

  it("limits all resources of a node, and node ports by load balancers", () => {
    expect(hard).toMatchObject({
      "requests.cpu": "1",
      "requests.memory": "2Gi",
      "limits.memory": "8Gi",
      "requests.ephemeral-storage": "20Gi",
      "limits.ephemeral-storage": "20Gi",
      "requests.storage": "50Gi",
      "services.loadbalancers": "2",
      "services.nodeports": "20",
      pods: "50",
      "count/pods": "200",
      "count/replicasets.apps": "200",
    });
    expect(sharedHardOf({ ...QUOTA, loadBalancers: 0 })["services.nodeports"]).toBe("0");
  });

  it("has fewer limits on an own cluster", () => {
    expect(Object.keys(hardOf(QUOTA))).not.toContain("limits.memory");
  });
});
