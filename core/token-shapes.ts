/**
 * Patterns of credentials that are recognizable anywhere in a text.
 *
 * @see https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns
 */
export const TOKEN_SHAPES: readonly RegExp[] = [
  // DigitalOcean, with the keys of Spaces.
  /\bdo[oprt]_v1_\w+/g,
  /\bDO(?:00|801)[A-Z\d]{16,}\b/g,
  // JSON Web Tokens.
  /\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g,
  // AWS.
  /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g,
  // GitHub, GitLab.
  /\b(?:gh[oprsu]_|github_pat_)\w{20,}/g,
  /\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\w.-]{20,}/g,
  // Slack.
  /\b(?:xox[abeprs]|xapp)-[\w.-]{10,}/g,
  // Stripe, npm, Pulumi.
  /\b(?:[rs]k_(?:live|test)_\w{10,}|whsec_\w{20,}|npm_\w{30,}|pul-[\da-f]{20,})/g,
  // Google.
  /\b(?:AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g,
  // OpenAI, Anthropic.
  /\bsk-(?:proj|svcacct|admin|ant|or)-[\w-]{20,}|\bsk-[A-Za-z\d]{32,}/g,
  // SendGrid, Mailgun, Twilio.
  /\bSG\.[\w-]{16,}\.[\w-]{16,}|\bkey-[\da-f]{32}\b|\bSK[\da-f]{32}\b/g,
  // Vault, HCP Terraform, Docker Hub.
  /\bhv[bsr]\.[\w-]{20,}|\b\w{14}\.atlasv1\.[\w-]{40,}|\bdckr_(?:pat|oat)_[\w-]{20,}/g,
  // PyPI, Hugging Face, Databricks, Doppler, PlanetScale, age.
  /\bpypi-[\w-]{40,}|\bhf_\w{30,}|\bdapi[\da-f]{32}\b|\bdp\.\w{2,8}\.\w{30,}/g,
  /\bpscale_(?:tkn|pw|oauth)_[\w.-]{20,}|\bAGE-SECRET-KEY-1[A-Z\d]{20,}/g,
  // Atlassian, Shopify, Grafana, Sentry, New Relic, Linear, bots of Telegram.
  /\bAT(?:ATT|CTT)3[\w=.-]{30,}|\bshp(?:at|ca|pa|ss)_[\da-f]{30,}|\bgl(?:sa|c)_\w{20,}/g,
  /\bsntry[su]_[\w=+/]{20,}|\bNRAK-[A-Z\d]{20,}|\blin_api_\w{30,}|\b\d{8,10}:AA[\w-]{33}/g,
];

/** URLs of incoming webhooks: knowing one is enough to post there. */
export const SECRET_ADDRESSES =
  /(\bhttps:\/\/(?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)|(?:[a-z]{1,20}\.)?discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks|[\w-]{1,63}\.webhook\.office\.com\/|chat\.googleapis\.com\/v1\/spaces|hooks\.zapier\.com\/|api\.telegram\.org\/(?:file\/)?bot))[^\s"'<>]+/gi;
