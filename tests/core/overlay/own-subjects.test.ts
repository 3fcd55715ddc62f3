import type { KubernetesObject } from "../../../core/manifests/manifest";
import { ownSubjects } from "../../../core/overlay/own-subjects";

const ACCOUNT: KubernetesObject = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "api", namespace: "alice-dev" },
};
const subjectsOf = (kind: string, subject: object) => {
  const binding = { apiVersion: "v1", kind, metadata: { name: "b" }, subjects: [subject] };
  const changed = ownSubjects([ACCOUNT, binding], "alice-dev")(binding);
  return (changed as typeof binding).subjects;
};

describe.each(["RoleBinding", "ClusterRoleBinding"])("a %s", (kind) => {
  it.each([{}, { namespace: "shop" }, { namespace: "alice-dev" }])(
    "gives its rights to the tree's own ServiceAccount, written with %j",
    (written) => {
      const subject = { kind: "ServiceAccount", name: "api", ...written };
      expect(subjectsOf(kind, subject)).toEqual([{ ...subject, namespace: "alice-dev" }]);
    },
  );

  it.each([
    { kind: "ServiceAccount", name: "prometheus", namespace: "monitoring" },
    { kind: "Group", name: "api" },
    { kind: "User", name: "api" },
  ])("leaves %j as it is", (subject) => {
    expect(subjectsOf(kind, subject)).toEqual([subject]);
  });
});

it("changes nothing else, and no binding without subjects", () => {
  const change = ownSubjects([ACCOUNT], "alice-dev");
  for (const object of [ACCOUNT, { ...ACCOUNT, kind: "RoleBinding" }]) {
    expect(change(object)).toBe(object);
  }
});
