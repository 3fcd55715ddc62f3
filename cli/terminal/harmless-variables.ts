/** The variables that a command of the team gets of our environment. A test's `env` has all others that it needs. */
const HARMLESS = [
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE", "TERM"],
  ...["CI", "NO_COLOR", "FORCE_COLOR", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["NO_PROXY", "no_proxy"],
];
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];

/** The variables that give nothing away. */
export function harmless(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value = ""]) =>
      HARMLESS.includes(name) ||
      name.startsWith("LC_") ||
      // A proxy's password is a secret.
      (PROXIES.includes(name) && URL.canParse(value) && new URL(value).username === ""),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
