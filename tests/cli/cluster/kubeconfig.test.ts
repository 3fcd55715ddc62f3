import { parse } from "yaml";
import {
  type KubeconfigInput,
  kubeconfigFor,
  kubeconfigText,
} from "../../../cli/cluster/kubeconfig";

const INPUT: KubeconfigInput = {
  stack: "alice-dev",
  cluster: {
    id: "c-1",
    name: "alice-dev-cluster",
    server: "https://cluster.example.com",
    certificateAuthorityData: "Q0E=",
  },
  namespace: "shop",
  script: "/opt/doks/bin/exec-credential.js",
  origin: "https://api.digitalocean.com",
};

describe("kubeconfigFor", () => {
  it("names the context after the stack, sets the namespace, and gets the credential from a script", () => {
    expect(kubeconfigFor(INPUT)).toEqual({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "alice-dev",
      clusters: [
        {
          name: "alice-dev-cluster",
          cluster: {
            server: "https://cluster.example.com",
            "certificate-authority-data": "Q0E=",
          },
        },
      ],
      contexts: [
        {
          name: "alice-dev",
          context: { cluster: "alice-dev-cluster", user: "alice-dev", namespace: "shop" },
        },
      ],
      users: [
        {
          name: "alice-dev",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1",
              command: "node",
              args: ["/opt/doks/bin/exec-credential.js", "c-1"],
              interactiveMode: "Never",
              provideClusterInfo: false,
              installHint: "Node.js is needed to ask the DigitalOcean API for a credential",
            },
          },
        },
      ],
    });
  });

  it("limits the developer's context to the namespace's ServiceAccount, under another name than the administrator's", () => {
    const developer = kubeconfigFor({ ...INPUT, as: "developer" });
    expect(developer).toMatchObject({
      "current-context": "alice-dev-developer",
      contexts: [
        {
          name: "alice-dev-developer",
          context: { cluster: "alice-dev-cluster", user: "alice-dev-developer", namespace: "shop" },
        },
      ],
      users: [
        {
          name: "alice-dev-developer",
          user: {
            exec: {
              args: [
                "/opt/doks/bin/exec-credential.js",
                "c-1",
                "--namespace",
                "shop",
                "--service-account",
                "developer",
              ],
            },
          },
        },
      ],
    });
    expect(developer.clusters).toEqual(kubeconfigFor(INPUT).clusters);
  });

  it("contains the address of another API than DigitalOcean's", () => {
    const kubeconfig = kubeconfigFor({ ...INPUT, origin: "http://127.0.0.1:8085" });
    expect(kubeconfig.users).toMatchObject([
      {
        user: {
          exec: { env: [{ name: "DIGITALOCEAN_API_URL", value: "http://127.0.0.1:8085" }] },
        },
      },
    ]);
  });
});

describe("kubeconfigText", () => {
  it("is YAML, with the authority on one line", () => {
    const kubeconfig = kubeconfigFor({
      ...INPUT,
      cluster: { ...INPUT.cluster, certificateAuthorityData: "QUJD".repeat(500) },
    });
    const text = kubeconfigText(kubeconfig);
    expect(parse(text)).toEqual(kubeconfig);
    expect(text).toContain("QUJD".repeat(500));
  });

  it("quotes names that YAML 1.1 would parse as another type", () => {
    const text = kubeconfigText(kubeconfigFor({ ...INPUT, namespace: "on" }));
    expect(parse(text, { version: "1.1" })).toMatchObject({
      contexts: [{ context: { namespace: "on" } }],
    });
  });
});
