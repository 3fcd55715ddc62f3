import { receiptText } from "../../../cli/ui/receipt-text";
import { summary } from "../../../cli/ui/summary";

const OUTPUTS = {
  url: "http://203.0.113.7",
  namespace: "alice-dev",
  clusterName: "alice-dev",
  kubeconfigFile: ".rendered/alice-dev/kubeconfig.yaml",
  expiresAt: "2026-12-07T07:37:36.000Z",
  pricePerHourUsd: 0.1071,
};

describe("summary", () => {
  it("says all that is needed to use an environment and to take it down", () => {
    expect(summary("alice-dev", OUTPUTS, new Date("2026-11-23T07:37:36Z"))).toBe(`
alice-dev is up

  url        http://203.0.113.7
  namespace  alice-dev
  cluster    alice-dev
  kubectl    kubectl --kubeconfig .rendered/alice-dev/kubeconfig.yaml -n alice-dev get deploy
  price      $0.1071 an hour on DigitalOcean ($78 a month)
  expires    2026-12-07 07:37 UTC, in 14d
  shell      eval "$(make -s env STACK=alice-dev)"
  take down  make down STACK=alice-dev
`);
  });

  it("says why there is no url", () => {
    const { url, ...without } = OUTPUTS;
    expect(summary("alice-dev", without, new Date())).toContain(
      "none: the overlay has no load balancer",
    );
  });

  it("says that an environment has expired", () => {
    expect(summary("alice-dev", OUTPUTS, new Date("2026-12-08T00:00:00Z"))).toContain(
      "07:37 UTC, expired",
    );
  });
});

describe("receiptText", () => {
  const nothing = {
    clusters: [],
    droplets: [],
    "load balancers": [],
    volumes: [],
    "volume snapshots": [],
  };

  it("shows zero of every kind when all is gone", () => {
    expect(receiptText("alice-dev", nothing)).toBe(`
alice-dev is gone; DigitalOcean holds of it

  clusters          0
  droplets          0
  load balancers    0
  volumes           0
  volume snapshots  0
`);
  });

  it("names what is left", () => {
    const text = receiptText("alice-dev", { ...nothing, volumes: ["pvc-1", "pvc-2"] });
    expect(text).toContain("alice-dev: DigitalOcean still holds");
    expect(text).toContain("  volumes           2  pvc-1, pvc-2\n");
  });
});
