import { receiptText } from "../../../cli/environments/down.text";
import type { Leftover } from "../../../cli/environments/receipt";
import { PLAIN } from "../terminal/support/environments";

const leftover = (kind: Leftover["kind"], name: string): Leftover => ({
  kind,
  id: `id-of-${name}`,
  name,
  removal: `doctl delete id-of-${name}`,
});

describe("the teardown receipt", () => {
  it("lists every kind as removed, and the cost", () => {
    const data = { stack: "alice-dev", gone: true, left: [], costSoFarUsd: 8.14 };
    expect(receiptText(data, PLAIN)).toBe(`
alice-dev is gone; DigitalOcean still has

  clusters          0
  droplets          0
  load balancers    0
  volumes           0
  volume snapshots  0

  Estimated cost: $8.14
`);
  });

  it("omits an unknown cost", () => {
    const text = receiptText({ stack: "alice-dev", gone: true, left: [] }, PLAIN);
    expect(text).not.toContain("cost");
  });

  it("lists a tenant's remaining resources on the shared cluster, and no clusters", () => {
    const sharedCluster = { id: "c-1", namespace: "alice-dev", gone: false };
    const data = { stack: "alice-dev", gone: true, left: [], sharedCluster };
    expect(receiptText(data, PLAIN)).toBe(`
alice-dev is gone; cluster c-1 and DigitalOcean still have

  namespaces          0
  persistent volumes  0
  load balancers      0
  volumes             0
  volume snapshots    0
`);
    const left = [leftover("namespaces", "alice-dev")];
    expect(receiptText({ ...data, gone: false, left }, PLAIN)).toContain(
      "alice-dev: cluster c-1 and DigitalOcean still have\n\n  namespaces          1  alice-dev\n",
    );
    const withoutCluster = { ...data, sharedCluster: { ...sharedCluster, gone: true } };
    expect(receiptText(withoutCluster, PLAIN)).toContain(
      "alice-dev is gone; DigitalOcean still has",
    );
  });

  it("lists the objects whose finalizers were removed", () => {
    const held = { resource: "configmaps", name: "held", finalizers: ["example.com/hold"] };
    const data = { stack: "alice-dev", gone: true, left: [], released: [held] };
    expect(receiptText(data, PLAIN)).toContain(
      "No controller removed the finalizers of these objects in time, so the teardown did. Resources outside of the cluster that belong to them may still exist:\n\n  configmaps/held (finalizer example.com/hold)\n",
    );
  });

  it("lists remaining resources with the commands that remove them", () => {
    const left = [
      leftover("volumes", "pvc-1"),
      leftover("volumes", "pvc-2"),
      leftover("droplets", "node"),
    ];
    expect(receiptText({ stack: "alice-dev", gone: false, left, costSoFarUsd: 8.14 }, PLAIN)).toBe(`
alice-dev: DigitalOcean still has

  clusters          0
  droplets          1  node
  load balancers    0
  volumes           2  pvc-1  pvc-2
  volume snapshots  0

The stack is kept. Run \`doks-env down alice-dev\` again, or remove the rest yourself:

  doctl delete id-of-pvc-1
  doctl delete id-of-pvc-2
  doctl delete id-of-node
`);
  });
});
