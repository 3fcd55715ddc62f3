import { HostRecord } from "../../components/host-record";
import { ManagedDomain } from "../../components/managed-domain";
import { certificateName } from "../../core/names";
import { only, Recording } from "../helpers/record-mocks";

const RECORD = "digitalocean:index/dnsRecord:DnsRecord";
const DOMAIN = "digitalocean:index/domain:Domain";
const CERTIFICATE = "digitalocean:index/certificate:Certificate";

describe("HostRecord", () => {
  it("is an A record of the label that nothing deletes with a cluster", async () => {
    const recording = await Recording.start();
    new HostRecord("record", {
      domain: "dev.example.com",
      label: "alice-dev",
      address: "192.0.2.1",
    });
    const record = only(await recording.resources(), RECORD);
    expect(record.inputs).toEqual({
      domain: "dev.example.com",
      type: "A",
      name: "alice-dev",
      value: "192.0.2.1",
      ttl: 60,
    });
    expect(record.options.deletedWith).toBeFalsy();
  });
});

describe("ManagedDomain", () => {
  const args = { domain: "dev.example.com", ownsZone: true, isCertified: true, protect: true };

  it("has a zone and one certificate for the apex and everything below it", async () => {
    const recording = await Recording.start();
    new ManagedDomain("domain", args);
    const resources = await recording.resources();
    expect(only(resources, DOMAIN).inputs).toEqual({ name: "dev.example.com" });
    expect(only(resources, CERTIFICATE).inputs).toEqual({
      name: certificateName("dev.example.com"),
      type: "lets_encrypt",
      domains: ["dev.example.com", "*.dev.example.com"],
    });
  });

  it.each([
    [{ ownsZone: false }, [CERTIFICATE]],
    [{ isCertified: false }, [DOMAIN]],
  ])("with %j has %j only", async (changes, expected) => {
    const recording = await Recording.start();
    new ManagedDomain("domain", { ...args, ...changes });
    const types = (await recording.resources()).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith("digitalocean:"))).toEqual(expected);
  });
});
