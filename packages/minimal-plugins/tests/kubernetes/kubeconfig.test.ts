import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  ambientKubeconfig,
  connectionOf,
  loadKubeconfig,
  parseKubeconfig,
} from "../../kubernetes/api/kubeconfig";

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CONFIG = `
current-context: one
clusters:
- {name: a, cluster: {server: "https://127.0.0.1:1", certificate-authority: ca.pem}}
- {name: b, cluster: {server: "https://127.0.0.1:2"}}
users:
- {name: me, user: {token: t}}
contexts:
- {name: one, context: {cluster: a, user: me, namespace: shop}}
- {name: two, context: {cluster: b, user: me}}
`;

test.each([
  [{}, "https://127.0.0.1:1", "shop"],
  [{ context: "two" }, "https://127.0.0.1:2", "default"],
  [{ cluster: "b" }, "https://127.0.0.1:2", "shop"],
  [{ namespace: "mine" }, "https://127.0.0.1:1", "mine"],
])("%j chooses %s and the namespace %s", (overrides, server, namespace) => {
  const connection = connectionOf(parseKubeconfig(CONFIG), overrides);
  expect(connection).toMatchObject({ server, namespace, user: { token: "t" } });
});

test("a file's paths are relative to it", () => {
  const path = join(folder, "config");
  writeFileSync(path, CONFIG);
  const { cluster } = connectionOf(loadKubeconfig(path), {});
  expect(cluster["certificate-authority"]).toBe(join(folder, "ca.pem"));
});

test("of several files the first one wins", () => {
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  writeFileSync(first, "current-context: two\n");
  writeFileSync(second, CONFIG);
  const config = ambientKubeconfig({ KUBECONFIG: [first, "missing", second].join(delimiter) });
  expect(connectionOf(config, {}).server).toBe("https://127.0.0.1:2");
});

test.each([
  ["apiVersion: v1\nkind: Config", {}, /no current-context/],
  [CONFIG, { context: "three" }, /no context "three"/],
  [CONFIG, { cluster: "c" }, /no server for the cluster "c"/],
])("a kubeconfig without a cluster says what it lacks", (config, overrides, message) => {
  expect(() => connectionOf(parseKubeconfig(config), overrides)).toThrow(message);
});

test("a text that is not a kubeconfig is an error", () => {
  expect(() => parseKubeconfig("clusters: 7")).toThrow(/not a kubeconfig/);
});
