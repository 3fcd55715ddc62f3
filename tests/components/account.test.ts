import { accountAccess } from "../../components/account";

describe("accountAccess", () => {
  it("takes token and API from the environment", () => {
    expect(accountAccess({ DIGITALOCEAN_TOKEN: "t" })).toEqual({
      origin: "https://api.digitalocean.com",
      token: "t",
    });
    expect(
      accountAccess({
        DIGITALOCEAN_ACCESS_TOKEN: "t",
        DIGITALOCEAN_API_URL: "http://127.0.0.1:1/",
      }),
    ).toEqual({ origin: "http://127.0.0.1:1", token: "t" });
  });

  it("fails without a token, with a fix", () => {
    expect(() => accountAccess({})).toThrow(/DIGITALOCEAN_TOKEN is not set.*\n {2}fix: export/);
  });
});
