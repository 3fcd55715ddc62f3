import { DigitalOcean } from "../../../cli/account/digitalocean";
import { isLoopback } from "../../../cli/account/loopback";
import { withServer } from "../../helpers/local-server";

const VARIABLES = ["HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] as const;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

beforeEach(() => {
  for (const name of VARIABLES) {
    delete process.env[name];
  }
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
});

test("uses the proxy for another machine, but not for the emulator on this one", async () => {
  await withServer(
    (_, response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ volumes: [] })),
    async ({ url, requests }) => {
      process.env.HTTP_PROXY = url;
      const elsewhere = new DigitalOcean({ origin: "http://api.example.com", token: "t" });
      expect(await elsewhere.volumes()).toEqual([]);
      expect(requests[0]?.url).toMatch(/^http:\/\/api\.example\.com\/v2\/volumes/);

      process.env.HTTP_PROXY = "http://127.0.0.1:1";
      expect(await new DigitalOcean({ origin: url, token: "t" }).volumes()).toEqual([]);
    },
  );
});

test.each([
  ["http://localhost:5000", true],
  ["http://127.0.0.1", true],
  ["http://127.94.1.2:80/v2", true],
  ["http://[::1]:5000", true],
  ["https://ghcr.io", false],
  ["https://localhost.example.com", false],
  ["http://10.0.0.1:5000", false],
  ["nonsense", false],
])("%s is on this machine: %s", (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
