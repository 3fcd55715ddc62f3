import { accountErrors } from "../../../core/rules/account";

const current = { uuid: "team-1", name: "Acme" };

test.each([
  ["the recorded account", "team-1", ["c"], []],
  ["another account", "team-2", [], [/in account team-2, .* token is for account team-1 \(Acme\)/]],
  ["no recorded account, and nothing missing", undefined, [], []],
  ["no recorded account, and a cluster missing", undefined, ["c"], [/does not have cluster c of/]],
])("with %s", (_, recorded, missing, messages) => {
  const errors = accountErrors({ stack: "alice-dev", recorded, current, missing });
  expect(errors.map(({ message }) => message)).toEqual(
    messages.map((message) => expect.stringMatching(message)),
  );
});
