import fc from "fast-check";
import { REDACTED, redact } from "../../core/redact";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";
const DIGITALOCEAN_TOKEN = `dop_v1_${"0123456789abcdef".repeat(4)}`;

describe("redact", () => {
  it.each([
    // Tokens by their look, wherever they stand.
    [`using ${DIGITALOCEAN_TOKEN} now`, `using ${REDACTED} now`],
    ["refresh dor_v1_abc, oauth doo_v1_abc", `refresh ${REDACTED}, oauth ${REDACTED}`],
    ["spaces key DO00ABCDEFGHJKLMNPQR", `spaces key ${REDACTED}`],
    [`claims of ${JWT} are stale`, `claims of ${REDACTED} are stale`],
    ["id AKIAIOSFODNN7EXAMPLE", `id ${REDACTED}`],
    [`push with ghp_${"a1".repeat(18)}`, `push with ${REDACTED}`],
    // Headers.
    [`Authorization: Bearer ${JWT}`, `Authorization: ${REDACTED}`],
    ["Authorization: Basic YWxpY2U6aHVudGVyMg==", `Authorization: ${REDACTED}`],
    ["authorization: Bearer abcdefgh", `authorization: ${REDACTED}`],
    [
      '{"headers":{"authorization":"Bearer abcdefgh"}}',
      `{"headers":{"authorization":${REDACTED}}}`,
    ],
    ["sent bearer s3cr3t-t0ken", `sent bearer ${REDACTED}`],
    ["Cookie: sid=abc; theme=dark", `Cookie: ${REDACTED}`],
    ["set-cookie: sid=abc; Path=/", `set-cookie: ${REDACTED}`],
    // Pairs.
    ["password=hunter2", `password=${REDACTED}`],
    ["DB_PASSWORD=hunter2 DB_HOST=db", `DB_PASSWORD=${REDACTED} DB_HOST=db`],
    ["DB_PASS=hunter2", `DB_PASS=${REDACTED}`],
    ["DB_PASSWORD_STAGING=hunter2", `DB_PASSWORD_STAGING=${REDACTED}`],
    ["password: hunter2", `password: ${REDACTED}`],
    ["password = 'two words'", `password = ${REDACTED}`],
    ['password="two \\" words" host=db', `password=${REDACTED} host=db`],
    [
      '{"user":"alice","password":"hun\\"ter2","port":5432}',
      `{"user":"alice","password":${REDACTED},"port":5432}`,
    ],
    [
      '{"body":"{\\"password\\":\\"hunter2\\",\\"port\\":5432}"}',
      `{"body":"{\\"password\\":${REDACTED},\\"port\\":5432}"}`,
    ],
    ["{password: 'hunter2', port: 5432}", `{password: ${REDACTED}, port: 5432}`],
    [":password => hunter2", `:password => ${REDACTED}`],
    ["apiKey: abc", `apiKey: ${REDACTED}`],
    ["X-Api-Key: abc", `X-Api-Key: ${REDACTED}`],
    ["AWS_SECRET_ACCESS_KEY=abc/def", `AWS_SECRET_ACCESS_KEY=${REDACTED}`],
    ["client_secret=abc", `client_secret=${REDACTED}`],
    ['"token": "abc"', `"token": ${REDACTED}`],
    ["token: 7f3a9c2e1b", `token: ${REDACTED}`],
    ["GET /callback?token=abc&page=2", `GET /callback?token=${REDACTED}`],
    ["run --db-password hunter2 --port 80", `run --db-password ${REDACTED} --port 80`],
    ["run --token=abc", `run --token=${REDACTED}`],
    // Credentials in URLs.
    ["postgres://alice:hunter2@db:5432/shop", `postgres://alice:${REDACTED}@db:5432/shop`],
    ["postgres://alice:hun@t/er2@db:5432/shop", `postgres://alice:${REDACTED}@db:5432/shop`],
    ["redis://:hunter2@cache:6379", `redis://:${REDACTED}@cache:6379`],
    ["https://0123456789abcdef0123@github.com/x", `https://${REDACTED}@github.com/x`],
    // Keys, whole or cut off by the tail of a log.
    [
      "key:\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----\ndone",
      `key:\n${REDACTED}\ndone`,
    ],
    ["-----BEGIN PRIVATE KEY-----\nMIIEow", REDACTED],
    [
      "IBAAKCAQEAIBAAKCAQEA\nMIIEowMIIEowMIIEow==\n-----END PRIVATE KEY-----\ndone",
      `${REDACTED}\ndone`,
    ],
  ])("takes the secret out of %j", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'secret "db-credentials" not found',
    "couldn't find key password in Secret alice-dev/db",
    "password authentication failed for user shop",
    "SyntaxError: Unexpected token '<', \"<!DOCTYPE\" is not valid JSON",
    "parse error: unexpected token: comma",
    "basic authentication is off",
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    "registry.example.com/shop/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "Get https://registry.example.com:5000/v2/shop/api@sha256:0123: not found",
    "dial tcp 10.245.0.1:443: connect: connection refused",
    "exceeded quota: environment, requested: requests.cpu=2, used: requests.cpu=15, limited: requests.cpu=16",
    "tokens=12 passed: 7 failed: 0",
    "2026-11-23T10:00:00Z key=order-7 took=12ms",
  ])("leaves %j as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("leaves nothing of a secret, whatever stands around it, and finds nothing more the second time", () => {
    const secret = fc.stringMatching(/^[A-Z][a-z]\d[A-Za-z\d]{12}$/);
    const around = fc.string({ maxLength: 20 }).filter((text) => !/["'\\]/.test(text));
    const frame = fc.constantFrom(
      (value: string) => `password=${value}`,
      (value: string) => `{"clientSecret":"${value}"}`,
      (value: string) => `Authorization: Bearer ${value}`,
      (value: string) => `amqp://shop:${value}@queue`,
      (value: string) => `dop_v1_${value}`,
    );
    fc.assert(
      fc.property(secret, around, around, frame, (value, before, after, framed) => {
        const once = redact(`${before} ${framed(value)} ${after}`);
        return !once.includes(value) && redact(once) === once;
      }),
      { numRuns: 2_000 },
    );
  });

  it("copes with long lines that nearly match", () => {
    for (const line of ["a-".repeat(50_000), "password".repeat(10_000), "x://".repeat(20_000)]) {
      expect(redact(line)).toBe(line);
    }
  });
});
