import { idTag } from "../../../core/digitalocean-tags";
import { clusterNameErrors } from "../../../core/rules/cluster-name";

const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const OTHER = "00000000-7d3a-4b77-9d5e-7e9a5c1b0f44";
const wanted = { name: "alice-dev", stack: "alice-dev", id: ID, clusterIds: ["in-state"] };
const cluster = (id: string, tags: string[], name = "alice-dev") => ({ id, name, tags });

test.each([
  ["another name", [cluster("c", [idTag(ID)], "bob-dev")], []],
  ["its name, in its state", [cluster("in-state", [])], []],
  ["its name, with its id", [cluster("c", [idTag(ID)])], [/killed has left cluster "alice-dev"/]],
  ["its name, with another id", [cluster("c", [idTag(OTHER)])], [/is not this environment's/]],
  ["its name, without an id", [cluster("c", ["stack:alice-dev"])], [/is not this environment's/]],
])("of a cluster with %s", (_, clusters, messages) => {
  const errors = clusterNameErrors(wanted, clusters);
  expect(errors.map(({ message }) => message)).toEqual(
    messages.map((message) => expect.stringMatching(message)),
  );
  for (const { fix } of errors) {
    expect(fix).toContain("doctl kubernetes cluster delete c");
  }
});

test("an environment without an id yet owns no cluster by id", () => {
  const [error] = clusterNameErrors({ ...wanted, id: undefined }, [cluster("c", [idTag(ID)])]);
  expect(error?.message).toMatch(/is not this environment's/);
});
