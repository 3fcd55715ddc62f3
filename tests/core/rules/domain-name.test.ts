import { certificateName } from "../../../core/names";
import {
  addressesOf,
  certificateErrors,
  closingErrors,
  recordErrors,
  wantedCertificate,
} from "../../../core/rules/domain-name";

const domain = "dev.example.com";
const name = certificateName(domain);
const host = `alice-dev.${domain}`;
const wanted = { name, domain, hosts: [host] };
const now = new Date("2026-11-30T12:00:00Z");

describe("a domain's certificate", () => {
  it("has a name that contains the domain and is unique", () => {
    expect(name).toMatch(/^doks-env-dev-example-com-[0-9a-f]{8}$/);
    expect(certificateName("dev.example-com.org")).not.toBe(certificateName("dev-example.com.org"));
  });

  it.each([
    [
      "is not there",
      [{ name: "other", state: "verified" }],
      "is not in the account",
      "doks-env up <owner>-domain   # a stack",
    ],
    [
      "is pending",
      [{ name, state: "pending" }],
      "is pending: Let's Encrypt has not issued it yet",
      "wait some minutes",
    ],
    [
      "has failed",
      [{ id: "c-1", name, state: "error" }],
      "is in state error: Let's Encrypt did not issue it",
      "doctl compute certificate delete c-1 && pulumi refresh --stack <owner>-domain && doks-env up",
    ],
    [
      "is in another state",
      [{ name, state: "odd" }],
      "is in state odd, not verified",
      "doks-env up",
    ],
  ])("is an error when it %s, with the fix", (_, certificates, message, fix) => {
    const [error, ...others] = certificateErrors(wanted, certificates, now);
    expect(error?.message).toBe(`the certificate for ${domain} ("${name}") ${message}`);
    expect(error?.fix).toContain(fix);
    expect(others).toEqual([]);
  });

  it("is accepted when it is verified", () => {
    expect(certificateErrors(wanted, [{ name, state: "verified" }], now)).toEqual([]);
  });

  it.each([
    [
      "its time is over",
      { not_after: "2026-11-30T11:59:59Z" },
      "has expired: 2026-11-30T11:59:59Z",
    ],
    ["it is for other names", { dns_names: ["example.com"] }, "covers example.com, but not ali"],
    ["it is for a wildcard", { dns_names: [`*.${domain}`], not_after: "2027-01-01T00:00:00Z" }, ""],
    ["it is for this very name", { dns_names: [host] }, ""],
  ])("of the team itself is also an error when %s", (_, fields, message) => {
    const own = { ...wanted, name: "team-wildcard" };
    const [error] = certificateErrors(own, [{ name: own.name, state: "verified", ...fields }], now);
    expect(error?.message ?? "").toContain(message);
    expect(error === undefined).toBe(message === "");
  });

  it("of the team itself must also cover the further names", () => {
    const own = { name: "own", domain, hosts: [host, `api--alice-dev.${domain}`] };
    const [error] = certificateErrors(
      own,
      [{ name: "own", state: "verified", dns_names: [host] }],
      now,
    );
    expect(error?.message).toContain(`covers ${host}, but not api--alice-dev.${domain}`);
  });

  it("is the one in the settings when DigitalOcean terminates TLS", () => {
    const certificate = "team-wildcard";
    const of = (placement: "cluster" | "host", https?: "managed" | "none") =>
      wantedCertificate("team-shared", {
        ...{ domain, certificate, placement, hosts: { api: {} } },
        ...(https && { https }),
      });
    const hosts = [`team-shared.${domain}`, `api--team-shared.${domain}`];
    expect(of("cluster")).toEqual({ name: certificate, domain, hosts });
    expect(of("host", "managed")).toEqual({ name: certificate, domain, hosts: [`*.${domain}`] });
    expect(of("cluster", "none")).toBeUndefined();
  });
});

describe("an environment's name", () => {
  const place = { host: "alice-dev.dev.example.com", domain, recordIds: ["7"] };
  const record = { id: 8, type: "A", data: "192.0.2.1" };

  it.each(["A", "AAAA", "CNAME"])(
    "is taken by a record of type %s, which the error names",
    (type) => {
      const [error] = recordErrors(place, [{ ...record, type }]);
      expect(error?.message).toContain(`has record 8 already (${type} 192.0.2.1)`);
      expect(error?.fix).toContain("doctl compute domain records delete dev.example.com 8");
    },
  );

  it("is free beside TXT records and its own record", () => {
    const records = [
      { ...record, type: "TXT" },
      { ...record, id: 7 },
    ];
    expect(recordErrors(place, records)).toEqual([]);
  });

  it("belongs to a killed update if it has the address of its load balancer", () => {
    const [error] = recordErrors({ ...place, address: "192.0.2.1" }, [record]);
    expect(error?.message).toContain("an update that was killed has left record 8");
  });
});

describe("an environment that becomes closed", () => {
  const records = ["alice-dev", "api--alice-dev", "bob-dev", "api--malice-dev", "www"].map(
    (label, id) => ({ id, type: "A", name: label, data: "192.0.2.1" }),
  );
  const closing = (addresses: string[]) =>
    closingErrors("alice-dev", domain, records, addresses).map(({ message }) => message);

  it("must not have names that point to its load balancers", () => {
    expect(closing(["192.0.2.1"])).toEqual([
      expect.stringContaining(`but alice-dev.${domain} points`),
      expect.stringContaining(`but api--alice-dev.${domain} points`),
    ]);
    expect(closing(["192.0.2.9"])).toEqual([]);
  });

  it("has exactly the load balancers of its clusters", () => {
    const loadBalancers = [
      { ip: "192.0.2.1", tags: ["k8s:one"] },
      { ip: "192.0.2.2", tags: ["k8s:two"] },
      { ip: "", tags: ["k8s:one"] },
      { ip: "192.0.2.3", tags: null },
    ];
    expect(addressesOf(loadBalancers, ["one"])).toEqual(["192.0.2.1"]);
  });
});
