import * as pulumi from "@pulumi/pulumi";
import { chooseEntry } from "../../components/entry";

const PORTS = [{ port: 80, scheme: "http" }] as const;
const WEB = { service: "web", ports: PORTS };
const ADMIN = { service: "admin", ports: PORTS };
const at = (service: string) => ({ service, port: 80, scheme: "http" });

afterEach(() => jest.restoreAllMocks());

describe("chooseEntry", () => {
  it("takes the only load balancer, or none", async () => {
    expect(await chooseEntry([WEB], {})).toEqual(at("web"));
    expect(await chooseEntry([], {})).toBeUndefined();
  });

  it("takes the named one", async () => {
    expect(await chooseEntry([WEB, ADMIN], { service: "admin" })).toEqual(at("admin"));
  });

  it("warns when several are there and none is named", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    expect(await chooseEntry([WEB, ADMIN], {})).toBeUndefined();
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining("several load balancers (web, admin)"),
    );
  });

  it("takes the only one for HTTP, and warns when there is none", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    const queue = { service: "queue", ports: [{ port: 1883 }] };
    expect(await chooseEntry([queue, WEB], {})).toEqual(at("web"));
    expect(warn).not.toHaveBeenCalled();
    expect(await chooseEntry([queue], {})).toBeUndefined();
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining("no load balancer of the overlay (queue) is for HTTP"),
    );
  });

  it("fails when the named one is not there", async () => {
    await expect(chooseEntry([WEB], { service: "frontend" })).rejects.toThrow(
      /smokeTest.service "frontend" is not a Service of type LoadBalancer in the overlay; these are: web/,
    );
  });

  it("fails when the port is not there, with the command that names the stack", async () => {
    await expect(chooseEntry([WEB], { port: "https" })).rejects.toThrow(
      /smokeTest.port "https" is not a TCP port .*\n {2}fix: pulumi config set --stack stack --path smokeTest.port 80/,
    );
  });
});
