import fc from "fast-check";
import { LineRedactor, REDACTED, redact } from "../../core/redact";

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
    // On the next line of YAML, whatever its style.
    ["password:\n  hunter2\nport: 80", `password:\n  ${REDACTED}\nport: 80`],
    [
      "db:\n  password: |\n    two\n    lines\n  host: db",
      `db:\n  password: |\n    ${REDACTED}\n    ${REDACTED}\n  host: db`,
    ],
    ["clientSecret: >-\n\n  abc\nport: 80", `clientSecret: >-\n\n  ${REDACTED}\nport: 80`],
    ['- "api-key":\n    abc\n- next', `- "api-key":\n    ${REDACTED}\n- next`],
    // Variables of containers.
    [
      "- name: DB_PASSWORD\n  value: two words\n- name: HOST\n  value: db",
      `- name: DB_PASSWORD\n  value: ${REDACTED}\n- name: HOST\n  value: db`,
    ],
    [
      '{\n  "name": "API_TOKEN",\n  "value": "abc"\n}',
      `{\n  "name": "API_TOKEN",\n  "value": ${REDACTED}\n}`,
    ],
    [
      '{"name":"API_TOKEN","value":"abc"},{"name":"HOST","value":"db"}',
      `{"name":"API_TOKEN","value":${REDACTED}},{"name":"HOST","value":"db"}`,
    ],
    // A name, and its value after a space.
    ["DB_PASSWORD hunter2", `DB_PASSWORD ${REDACTED}`],
    ["ENV API_TOKEN abc", `ENV API_TOKEN ${REDACTED}`],
    ["AWS_SECRET_ACCESS_KEY      abc/def+ghi", `AWS_SECRET_ACCESS_KEY      ${REDACTED}`],
    ["GITHUB_TOKEN\tabc", `GITHUB_TOKEN\t${REDACTED}`],
    [
      "machine api.example.com login alice password hunter22",
      `machine api.example.com login alice password ${REDACTED}`,
    ],
    // Webhooks and signed links.
    [
      "posting to https://hooks.slack.com/services/T0/B0/abc failed",
      `posting to https://hooks.slack.com/services${REDACTED} failed`,
    ],
    ["https://discord.com/api/webhooks/1/abc", `https://discord.com/api/webhooks${REDACTED}`],
    [
      "https://acme.webhook.office.com/webhookb2/abc",
      `https://acme.webhook.office.com/${REDACTED}`,
    ],
    [
      "https://blob.example/x?sp=r&sig=abcd%2Fefgh&se=1",
      `https://blob.example/x?sp=r&sig=${REDACTED}&se=1`,
    ],
    // Keys, whole or cut off by the tail of a log.
    [
      "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdGBF\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\nx",
      `${REDACTED}\nx`,
    ],
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
    "API_KEY is missing, and DB_PASSWORD must not be empty",
    "the variable DB_PASSWORD (from Secret shop/db) is not set",
    "auth:\n  enabled: true\n  provider: github",
    "secret:\n  secretName: shop-tls\n  optional: true",
    "tokens:\n- first",
    "the password:\nis wrong",
    "- name: HOST\n  value: db\n- name: PORT\n  value: 80",
    "https://hooks.slack.com/docs",
    "risk-free-and-longer-than-twenty-characters",
    "GET /search?q=key&page=2",
  ])("leaves %j as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(
    // Built from parts, so that no scanner takes this file for a leak.
    [
      ["glpat-", 20],
      ["glrt-", 20],
      ["xoxb-", 24],
      ["xapp-1-", 24],
      ["whsec_", 32],
      ["sk_live_", 24],
      ["rk_test_", 24],
      ["npm_", 36],
      ["pul-", 40],
      ["AIza", 35],
      ["ya29.", 40],
      ["GOCSPX-", 28],
      ["sk-proj-", 48],
      ["sk-ant-api03-", 48],
      ["sk-", 48],
      [`SG.${"a".repeat(22)}.`, 43],
      ["key-", 32],
      ["SK", 32],
      ["hvs.", 24],
      [`${"a".repeat(14)}.atlasv1.`, 67],
      ["dckr_pat_", 27],
      ["pypi-", 80],
      ["hf_", 34],
      ["dapi", 32],
      ["dp.pt.", 43],
      ["pscale_tkn_", 32],
      ["ATATT3", 100],
      ["shpat_", 32],
      ["glsa_", 41],
      ["glc_", 60],
      ["sntrys_", 60],
      ["lin_api_", 40],
      ["12345678:AA", 33],
      ["ghp_", 36],
      ["github_pat_", 82],
      ["dop_v1_", 64],
    ] as [string, number][],
  )("knows a token by its beginning: %s", (beginning, length) => {
    const token = `${beginning}${"a1b2".repeat(30).slice(0, length)}`;
    expect(redact(`refused: ${token}, try again`)).toBe(`refused: ${REDACTED}, try again`);
  });

  it("takes out line by line what spans lines", () => {
    const lines = new LineRedactor();
    const text = [
      "reading key",
      "  key: |",
      "    -----BEGIN EC PRIVATE KEY-----",
      "    Proc-Type: 4,ENCRYPTED",
      "",
      "    MHcCAQEEIBAAKC",
      "    -----END EC PRIVATE KEY-----",
      "password:",
      "  hunter2",
      "done",
      "  - name: TOKEN",
      "    value: abc",
      "    value: abc",
      "-----BEGIN PRIVATE KEY-----",
      "this is an error, and no key",
    ];
    expect(text.map((line) => lines.next(line))).toEqual([
      "reading key",
      "  key: |",
      `    ${REDACTED}`,
      undefined,
      undefined,
      undefined,
      undefined,
      "password:",
      `  ${REDACTED}`,
      "done",
      "  - name: TOKEN",
      `    value: ${REDACTED}`,
      "    value: abc",
      REDACTED,
      "this is an error, and no key",
    ]);
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
      (value: string) => `\npassword:\n  ${value}`,
      (value: string) => `\ntoken: |\n  ${value}`,
      (value: string) => `DB_PASSWORD ${value}`,
      (value: string) => `https://hooks.slack.com/services/${value}`,
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
    for (const line of [
      ...["a-".repeat(50_000), "password".repeat(10_000), "x://".repeat(20_000)],
      ...["A_".repeat(50_000), "TOKEN_".repeat(20_000), '"name":"'.repeat(20_000)],
    ]) {
      expect(redact(line)).toBe(line);
    }
  });
});
