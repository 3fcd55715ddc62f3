import { certificateName } from "../../../core/names";
import { certificateErrors, recordErrors } from "../../../core/rules/domain-name";

const domain = "dev.example.com";
const name = certificateName(domain);

describe("a domain's certificate", () => {
  it("has a name that tells the domain and differs for each", () => {
    expect(name).toMatch(/^doks-env-dev-example-com-[0-9a-f]{8}$/);
    expect(certificateName("dev.example-com.org")).not.toBe(certificateName("dev-example.com.org"));
  });

  it.each([
    ["is not there", [{ name: "other", state: "verified" }], /has no certificate for dev\.example/],
    ["is pending", [{ name, state: "pending" }], /is pending, not verified/],
    ["has failed", [{ name, state: "error" }], /is error, not verified/],
  ])("is a fault when it %s", (_, certificates, message) => {
    const errors = certificateErrors(domain, certificates);
    expect(errors.map((error) => error.message)).toEqual([expect.stringMatching(message)]);
    expect(errors[0]?.fix).toContain("doks-env up <owner>-domain");
  });

  it("is good when it is verified", () => {
    expect(certificateErrors(domain, [{ name, state: "verified" }])).toEqual([]);
  });
});

describe("an environment's name", () => {
  const wanted = { host: "alice-dev.dev.example.com", domain, recordIds: ["7"] };
  const record = { id: 8, type: "A", data: "192.0.2.1" };

  it.each(["A", "AAAA", "CNAME"])("is taken by a record of type %s, which is named", (type) => {
    const [error] = recordErrors(wanted, [{ ...record, type }]);
    expect(error?.message).toContain(`has record 8 already (${type} 192.0.2.1)`);
    expect(error?.fix).toContain("doctl compute domain records delete dev.example.com 8");
  });

  it("is free beside texts, and beside its own record", () => {
    const records = [
      { ...record, type: "TXT" },
      { ...record, id: 7 },
    ];
    expect(recordErrors(wanted, records)).toEqual([]);
  });

  it("is known as left by an update that was killed by its address", () => {
    const [error] = recordErrors({ ...wanted, address: "192.0.2.1" }, [record]);
    expect(error?.message).toContain("an update that was killed has left record 8");
  });
});
