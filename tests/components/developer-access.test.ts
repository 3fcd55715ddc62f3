import * as k8s from "@pulumi/kubernetes";
import { type Developer, DeveloperAccess } from "../../components/developer-access";
import { lines, only, type Recorded, Recording } from "../helpers/record-mocks";

const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

async function declare(developers: Developer[]): Promise<Recorded[]> {
  const recording = await Recording.start();
  const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
  new DeveloperAccess("access", { namespace: "alice-dev", labels: {}, developers, provider });
  return recording.resources();
}

const rulesOf = (resources: Recorded[], role: string) =>
  only(resources, ROLE, `access-${role}`).inputs.rules as Rule[];

describe("DeveloperAccess", () => {
  it("declares a role for the developers and a smaller one for CI, each with a ServiceAccount", async () => {
    const resources = await declare([
      { kind: "User", name: "alice@example.com" },
      { kind: "Group", name: "shop" },
    ]);
    expect(lines(resources)).toEqual([
      "ephemeral-doks:components:DeveloperAccess access",
      `${ACCOUNT} access-ci`,
      `${ACCOUNT} access-developer`,
      `${ROLE} access-ci`,
      `${ROLE} access-developer`,
      `${BINDING} access-ci`,
      `${BINDING} access-developer`,
      "pulumi:providers:kubernetes cluster",
    ]);
    expect(only(resources, BINDING, "access-developer").inputs).toMatchObject({
      metadata: { name: "developer", namespace: "alice-dev" },
      roleRef: { kind: "Role", name: "developer" },
      subjects: [
        { kind: "ServiceAccount", name: "developer", namespace: "alice-dev" },
        { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice@example.com" },
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "shop" },
      ],
    });
    expect(only(resources, BINDING, "access-ci").inputs).toMatchObject({
      roleRef: { kind: "Role", name: "ci" },
      subjects: [{ kind: "ServiceAccount", name: "ci", namespace: "alice-dev" }],
    });
  });

  it("binds only the ServiceAccount without developers", async () => {
    const resources = await declare([]);
    expect(lines(resources)).toEqual(lines(await declare([{ kind: "User", name: "alice" }])));
    expect(only(resources, BINDING, "access-developer").inputs.subjects).toEqual([
      { kind: "ServiceAccount", name: "developer", namespace: "alice-dev" },
    ]);
  });

  it.each(["developer", "ci"])("mounts no token of ServiceAccount %s into pods", async (role) => {
    const account = only(await declare([]), ACCOUNT, `access-${role}`);
    expect(account.inputs).toMatchObject({
      metadata: { name: role, namespace: "alice-dev" },
      automountServiceAccountToken: false,
    });
  });

  it("does not allow changes of rights or of the namespace's limits", async () => {
    const resources = await declare([{ kind: "User", name: "alice" }]);
    const rules = [...rulesOf(resources, "developer"), ...rulesOf(resources, "ci")];
    const bounds = ["resourcequotas", "limitranges", "networkpolicies", "serviceaccounts"];
    const verbsOnBounds = rules
      .filter((rule) => rule.resources.some((kind) => bounds.includes(kind)))
      .flatMap(({ verbs }) => verbs);
    expect(new Set(verbsOnBounds)).toEqual(new Set(["get", "list", "watch"]));
    const words = new Set(
      rules.flatMap((rule) => [...rule.resources, ...rule.verbs, ...rule.apiGroups]),
    );
    for (const forbidden of ["*", "roles", "rolebindings", "escalate", "bind", "impersonate"]) {
      expect(words).not.toContain(forbidden);
    }
  });

  it("gives CI access to neither secrets nor shells", async () => {
    const kinds = rulesOf(await declare([]), "ci").flatMap((rule) => rule.resources);
    expect(kinds).not.toContain("secrets");
    expect(kinds).not.toContain("pods/exec");
  });
});
