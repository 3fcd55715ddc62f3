import type { PreviewData } from "../../../cli/environments/preview.data";
import { previewText } from "../../../cli/environments/preview.text";
import { COLOURED, PLAIN } from "../terminal/support/environments";

const CHANGED: PreviewData = {
  stack: "alice-dev",
  isNew: false,
  changes: [
    { operation: "create", type: "kubernetes:apps/v1:Deployment", name: "api" },
    { operation: "update", type: "kubernetes:core/v1:Service", name: "web" },
    {
      operation: "replace",
      type: "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
      name: "workers",
    },
    { operation: "delete", type: "kubernetes:core/v1:ConfigMap", name: "old" },
    { operation: "import", type: "kubernetes:core/v1:Secret", name: "found" },
  ],
  unchanged: 40,
  pricePerHourUsd: { before: 0.1071, after: 0.1607 },
  warnings: ["unknown whether acme/api:v2 exists"],
};

describe("a preview", () => {
  it("shows what would change, in resources and in price", () => {
    expect(previewText(CHANGED, PLAIN)).toBe(`alice-dev would change

        RESOURCE                                                  NAME
+       kubernetes:apps/v1:Deployment                             api
~       kubernetes:core/v1:Service                                web
±       digitalocean:index/kubernetesNodePool:KubernetesNodePool  workers
-       kubernetes:core/v1:ConfigMap                              old
import  kubernetes:core/v1:Secret                                 found

40 unchanged

! unknown whether acme/api:v2 exists

price: $0.1607 an hour, $108 a month (+$0.0536 an hour; $0.1071 now)
`);
  });

  it("also shows the workloads of a new environment", () => {
    const data: PreviewData = {
      ...CHANGED,
      isNew: true,
      changes: CHANGED.changes.slice(0, 1),
      unchanged: 0,
      pricePerHourUsd: { before: 0, after: 0.1071 },
      workloads: [
        { kind: "Deployment", name: "web", images: ["acme/web:v1", "acme/proxy:v1"] },
        { kind: "Service", name: "web", images: [] },
      ],
      warnings: [],
    };
    expect(previewText(data, PLAIN)).toBe(`alice-dev would be brought up

   RESOURCE                       NAME
+  kubernetes:apps/v1:Deployment  api

in its cluster, rendered by kustomize

KIND        NAME  IMAGES
Deployment  web   acme/web:v1, acme/proxy:v1
Service     web

price: $0.1071 an hour, $72 a month
`);
  });

  it("reports no changes in two lines", () => {
    const pricePerHourUsd = { before: 0.1071, after: 0.1071 };
    const data = { ...CHANGED, changes: [], unchanged: 44, pricePerHourUsd, warnings: [] };
    expect(previewText(data, PLAIN)).toBe(
      "alice-dev would stay as it is\n\n44 unchanged\n\nprice: $0.1071 an hour, $72 a month, unchanged\n",
    );
  });

  it("shows a lower price", () => {
    const pricePerHourUsd = { before: 0.1607, after: 0.1071 };
    expect(previewText({ ...CHANGED, pricePerHourUsd }, PLAIN)).toContain(
      "(-$0.0536 an hour; $0.1607 now)",
    );
  });

  it("prints new resources green, deleted ones red, and the rest yellow", () => {
    const text = previewText(CHANGED, COLOURED);
    expect(text).toContain(COLOURED.green("+"));
    expect(text).toContain(COLOURED.red("-"));
    expect(text).toContain(COLOURED.yellow("±"));
  });
});
