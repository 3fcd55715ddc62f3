import { crossTalk, type OwnedObject, spread, timedForEach } from "../helpers/many-environments";

const object = (namespace: string, name: string, stack = namespace): OwnedObject => ({
  kind: "ConfigMap",
  metadata: { name, namespace, labels: { "ephemeral-doks/stack": stack } },
});
const STACKS = ["a-dev", "b-dev"];
const APART = [object("a-dev", "web"), object("b-dev", "web")];

test("isolated environments have no cross-talk; objects without a label have no owner", () => {
  const foreign = { kind: "ConfigMap", metadata: { name: "kube-root-ca.crt", namespace: "a-dev" } };
  expect(crossTalk([...APART, foreign], STACKS)).toEqual([]);
});

test("cross-talk is an object in another namespace, an object of only some, and an empty cluster", () => {
  expect(crossTalk([...APART, object("b-dev", "x", "a-dev")], STACKS)).toEqual([
    "ConfigMap/x of a-dev is in b-dev",
    "b-dev has ConfigMap/web ConfigMap/x, and not ConfigMap/web",
  ]);
  expect(crossTalk([], STACKS)).toEqual(["there is nothing"]);
});

test("runs a limited number at a time, and times each", async () => {
  let running = 0;
  let most = 0;
  const seconds = await timedForEach(["a", "b", "c", "d", "e"], 2, async () => {
    running++;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  });
  expect(most).toBe(2);
  expect(seconds).toHaveLength(5);
  expect(spread([3, 1, 2])).toBe("median 2.0 s, most 3.0 s");
});
