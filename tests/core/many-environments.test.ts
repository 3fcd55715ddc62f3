import { crossTalk, type OwnedObject, spread, timedForEach } from "../helpers/many-environments";

const object = (namespace: string, name: string, stack = namespace): OwnedObject => ({
  kind: "ConfigMap",
  metadata: { name, namespace, labels: { "ephemeral-doks/stack": stack } },
});
const STACKS = ["a-dev", "b-dev"];
const APART = [object("a-dev", "web"), object("b-dev", "web")];

test("environments that keep to themselves have no cross-talk; what bears no label is nobody's", () => {
  const foreign = { kind: "ConfigMap", metadata: { name: "kube-root-ca.crt", namespace: "a-dev" } };
  expect(crossTalk([...APART, foreign], STACKS)).toEqual([]);
});

test("cross-talk is an object in another's namespace, one that only some have, and nothing at all", () => {
  expect(crossTalk([...APART, object("b-dev", "x", "a-dev")], STACKS)).toEqual([
    "ConfigMap/x of a-dev is in b-dev",
    "b-dev has ConfigMap/web ConfigMap/x, and not ConfigMap/web",
  ]);
  expect(crossTalk([], STACKS)).toEqual(["there is nothing"]);
});

test("many are worked on so many at a time, and each is timed", async () => {
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
