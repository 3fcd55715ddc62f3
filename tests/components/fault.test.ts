import * as pulumi from "@pulumi/pulumi";
import { fault, orFault, together } from "../../components/fault";
import { UserError } from "../../core/errors";

describe("fault", () => {
  it("names the running stack in the command that fixes it", () => {
    jest.spyOn(pulumi, "getStack").mockReturnValue("alice-dev");
    expect(fault("it is wrong", "pulumi config set ttl 8h").message).toBe(
      "it is wrong\n  fix: pulumi config set --stack alice-dev ttl 8h",
    );
  });
});

describe("together", () => {
  const wrong = (what: string) => Promise.reject(new pulumi.RunError(what));

  it("returns all results", async () => {
    expect(await together(Promise.resolve(1), Promise.resolve("a"))).toEqual([1, "a"]);
  });

  it("reports the faults of all checks, in order", async () => {
    const late = new Promise((_, reject) => setImmediate(reject, new pulumi.RunError("a")));
    const told = together(late, Promise.resolve(1), wrong("b"));
    await expect(told).rejects.toEqual(new pulumi.RunError("a\nb"));
  });

  it("throws a defect instead of faults", async () => {
    const defect = new TypeError("x is undefined");
    await expect(together(wrong("a"), Promise.reject(defect))).rejects.toBe(defect);
  });
});

describe("orFault", () => {
  it("returns the result", async () => {
    expect(await orFault(Promise.resolve(1))).toBe(1);
  });

  it("turns a user's error into one that Pulumi prints with its fix and without a stack", async () => {
    const told: unknown = await orFault(Promise.reject(new UserError("no", "do so"))).catch(
      (error: unknown) => error,
    );
    expect(pulumi.RunError.isInstance(told)).toBe(true);
    expect(told).toMatchObject({ message: "no\n  fix: do so" });
  });

  it("keeps any other error with its stack", async () => {
    const defect = new TypeError("x is undefined");
    await expect(orFault(Promise.reject(defect))).rejects.toBe(defect);
  });
});
