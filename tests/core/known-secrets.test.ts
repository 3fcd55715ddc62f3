import fc from "fast-check";
import { hiding, secretsIn } from "../../core/known-secrets";

const SECRET = "s3cr3t+with/all & more=";

describe("the secrets of a process", () => {
  it.each([
    ...["DIGITALOCEAN_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "GH_TOKEN"],
    ...["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "DOKS_ENV_WEBHOOK_URL", "VAULT_TOKEN"],
    ...[
      "AZURE_CLIENT_SECRET",
      "ARM_ACCESS_KEY",
      "CI_JOB_TOKEN",
      "CI_REGISTRY_PASSWORD",
      "PGPASSWORD_SECRET",
    ],
    ...[
      "STRIPE_API_KEY",
      "SSH_PRIVATE_KEY",
      "npm_config_auth_token",
      "ACTIONS_RUNTIME_TOKEN",
      "SENTRY_DSN",
    ],
  ])("are the value of %s", (name) => {
    expect(secretsIn({ [name]: SECRET })).toEqual([SECRET]);
  });

  it.each([
    ["AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"],
    ["AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/token"],
    ["PWD", "/home/runner/work/shop"],
    ["OLDPWD", "/home/runner/work/shop"],
    ["PULUMI_CONFIG_PASSPHRASE", "emulator"],
    ["KEYBOARD_LAYOUT", "us-international"],
    ["HTTPS_PROXY", "http://proxy.example.com:3128"],
  ])("exclude the value of %s=%s", (name, value) => {
    expect(secretsIn({ [name]: value })).toEqual([]);
  });

  it("are passwords of URLs, decoded and encoded", () => {
    expect(secretsIn({ HTTPS_PROXY: "http://alice:a%20long%20password@proxy:3128" })).toEqual([
      "a%20long%20password",
      "a long password",
    ]);
  });
});

describe("a known secret", () => {
  const hide = hiding([SECRET], "[x]");

  it.each([
    ["as it is", SECRET],
    ["in JSON", JSON.stringify({ it: SECRET })],
    ["in a URL", `https://shop.example/?it=${encodeURIComponent(SECRET)}&page=2`],
    [
      "in a URL with lower-case codes",
      encodeURIComponent(SECRET).replaceAll(/%../g, (code) => code.toLowerCase()),
    ],
    ["in a form", new URLSearchParams({ it: SECRET, page: "2" }).toString()],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 for URLs", Buffer.from(SECRET).toString("base64url")],
    ["as basic authentication", Buffer.from(`x-access-token:${SECRET}`).toString("base64")],
  ])("is hidden %s", (_, text) => {
    const hidden = hide(`before ${text} after`);
    expect(hidden).toMatch(/^before .*\[x\].* after$/);
    expect(hidden).not.toContain(text);
  });

  it("is hidden in base64 at any offset, and cannot be decoded from the rest", () => {
    const ascii = fc.string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" });
    fc.assert(
      fc.property(
        ascii,
        fc.string({ maxLength: 9 }),
        fc.string({ maxLength: 9 }),
        (secret, before, after) => {
          const text = Buffer.from(`${before}${secret}${after}`).toString("base64");
          const [left = "", right = "", ...more] = hiding([secret], "!")(text).split("!");
          const known = Buffer.from(left, "base64").length + Buffer.from(right, "base64").length;
          // Of what it shares a group with, at most one character on each side.
          return (
            more.length === 0 && left !== text && known <= Buffer.byteLength(before + after) + 2
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is hidden completely when another one is its prefix, with pattern characters as literals", () => {
    expect(hiding(["a.b*c(d", "a.b*c(d)e|f"], "!")("a.b*c(d)e|f axb*c(d")).toBe("! axb*c(d");
    expect(hiding([], "!")("nothing")).toBe("nothing");
    expect(hiding([""], "!")("nothing")).toBe("nothing");
  });
});
