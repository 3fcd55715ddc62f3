import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { applyVariables, type Variables, workVariables } from "../variables";
import { type Workbench, workbench } from "./workbench";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

function text(variables: Variables, name: string): string {
  const value = variables[name];
  if (typeof value !== "string") {
    throw new Error(`${name} is not a text`);
  }
  return value;
}

test("the backend's URL leads to a folder that exists, blanks and all", async () => {
  const url = text(await workVariables("http://127.0.0.1:1", bench.context), "PULUMI_BACKEND_URL");
  expect(url).toMatch(/^file:\/\/\/\S+$/);
  expect(statSync(fileURLToPath(url)).isDirectory()).toBe(true);
});

test("the passphrase is the same in every checkout and at every time", async () => {
  const variables = await workVariables("http://127.0.0.1:1", bench.context);
  expect(variables.PULUMI_CONFIG_PASSPHRASE).toBe("emulator");
  // Pulumi looks at the file only where the variable is not set.
  expect(variables).toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE", undefined);
});

test.each([
  [undefined, "alice-dev"],
  ["bob-dev", "bob-dev"],
])("kubectl works on the cluster of STACK=%s", async (STACK, stack) => {
  const { context } = bench;
  const variables = await workVariables("http://127.0.0.1:1", {
    ...context,
    env: { ...context.env, STACK },
  });
  expect(variables.KUBECONFIG).toBe(
    path.join(context.places.checkout, ".rendered", stack, "kubeconfig.yaml"),
  );
});

test("a child gets the emulator's token in place of a real account's", async () => {
  const state = path.join(bench.context.places.checkout, ".local/emulator");
  bench.write(path.join(state, "token"), "dop_v1_local\n");
  const variables = await workVariables("http://127.0.0.1:1", bench.context);
  const env = await applyVariables(
    { DIGITALOCEAN_TOKEN: "real", DIGITALOCEAN_ACCESS_TOKEN: "real", OTHER: "kept" },
    variables,
  );
  expect(env).toMatchObject({ DIGITALOCEAN_TOKEN: "dop_v1_local", OTHER: "kept" });
  expect(env).not.toHaveProperty("DIGITALOCEAN_ACCESS_TOKEN");
});
