import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ApiClient } from "../../kubernetes/api/client";
import { eventually } from "./support/eventually";
import { PODS } from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster } from "./support/test-cluster";

const RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";

jest.setTimeout(START_TIMEOUT_MS);

describe("access to a cluster", () => {
  let cluster: TestCluster;
  let admin: ApiClient;

  beforeAll(async () => {
    cluster = await TestCluster.start([]);
    admin = cluster.client();
  });

  afterAll(() => cluster.dispose());

  test("DigitalOcean's users are administrators", async () => {
    await expect(admin.get("/api/v1/secrets")).resolves.toMatchObject({ kind: "SecretList" });
  });

  test("a user without rights is authenticated but refused", async () => {
    const client = cluster.client(cluster.cloud.addUser("dev@example.com", ["developers"]));
    await expect(client.get(PODS)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('User "dev@example.com" cannot list resource "pods"'),
    });
  });

  test("a user has the rights of a group, in its namespace only", async () => {
    const client = cluster.client(cluster.cloud.addUser("ops@example.com", ["operators"]));
    await admin.create(`${RBAC}/rolebindings`, {
      metadata: { name: "operators" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "operators" }],
    });
    await eventually(
      () =>
        client.get(PODS).then(
          () => true,
          () => false,
        ),
      (allowed) => allowed,
    );
    await expect(client.get("/api/v1/namespaces/kube-system/pods")).rejects.toMatchObject({
      status: 403,
    });
    await expect(client.create(PODS, {})).rejects.toMatchObject({ status: 403 });
  });

  test("a revoked token is refused", async () => {
    const token = cluster.cloud.addUser("late@example.com", ["k8saas:authenticated"]);
    const client = cluster.client(token);
    await client.get(PODS);
    cluster.cloud.users.delete(token);
    const status = await eventually(
      () =>
        client.get(PODS).then(
          () => 200,
          (error: { status: number }) => error.status,
        ),
      (status) => status !== 200,
    );
    expect(status).toBe(401);
  });

  test("a made-up token is refused", async () => {
    await expect(cluster.client("made-up").get(PODS)).rejects.toMatchObject({ status: 401 });
  });

  test("a ServiceAccount's token works with the rights of its role", async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    await admin.create(accounts, { metadata: { name: "ci" } });
    await admin.create(`${RBAC}/roles`, {
      metadata: { name: "ci" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }],
    });
    await admin.create(`${RBAC}/rolebindings`, {
      metadata: { name: "ci" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "ci" },
      subjects: [{ kind: "ServiceAccount", name: "ci", namespace: "default" }],
    });
    const { status } = await admin.create<{ status: { token: string } }>(`${accounts}/ci/token`, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {},
    });
    const client = cluster.client(status.token);
    await expect(client.get("/api/v1/namespaces/default/configmaps")).resolves.toBeDefined();
    await expect(client.get(PODS)).rejects.toMatchObject({ status: 403 });
  });

  test("Go programs trust the certificate, too", async () => {
    const names = await cluster.kubectl("get", "namespaces", "-o", "name");
    expect(names).toContain("namespace/kube-system");
  });

  test("no secret is readable by others, or on a command line", () => {
    const directory = join(cluster.stateDirectory, "clusters", cluster.spec.clusterId);
    const { tokens } = JSON.parse(readFileSync(join(directory, "cluster.json"), "utf8")) as {
      tokens: Record<string, string>;
    };
    const files = readdirSync(directory).filter((name) =>
      /\.(json|csv|key|kubeconfig)$/.test(name),
    );
    expect(files).toHaveLength(8);
    for (const file of files) {
      expect(statSync(join(directory, file)).mode & 0o077).toBe(0);
    }
    const commands = readdirSync(join(cluster.stateDirectory, "processes"))
      .map((file) => readFileSync(join(cluster.stateDirectory, "processes", file), "utf8"))
      .join("\n");
    expect(commands).toContain("kube-apiserver");
    for (const token of Object.values(tokens)) {
      expect(commands).not.toContain(token);
    }
  });
});
