import * as pulumi from "@pulumi/pulumi";
import { chooseEntry } from "../../components/entry";

const WEB = { service: "web", port: 80, scheme: "http", loadBalancer: "http" } as const;
const ADMIN = { service: "admin", port: 80, scheme: "http", loadBalancer: "http" } as const;

describe("chooseEntry", () => {
  it("takes the only load balancer, or none", async () => {
    expect(await chooseEntry([WEB], undefined)).toBe(WEB);
    expect(await chooseEntry([], undefined)).toBeUndefined();
  });

  it("takes the named one", async () => {
    expect(await chooseEntry([WEB, ADMIN], "admin")).toBe(ADMIN);
  });

  it("warns when several are there and none is named", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    expect(await chooseEntry([WEB, ADMIN], undefined)).toBeUndefined();
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining("several load balancers (web, admin)"),
    );
  });

  it("fails when the named one is not there", async () => {
    await expect(chooseEntry([WEB], "frontend")).rejects.toThrow(
      /smokeTest.service "frontend" is no Service of type LoadBalancer in the overlay; those are: web/,
    );
  });
});
