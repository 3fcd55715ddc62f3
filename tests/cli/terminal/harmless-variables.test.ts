import { harmless } from "../../../cli/terminal/harmless-variables";

it("a command of the team gets only harmless variables of our environment", () => {
  const kept = {
    PATH: "/bin",
    HOME: "/home/alice",
    LANG: "de_DE.UTF-8",
    LC_ALL: "C",
    CI: "true",
    HTTPS_PROXY: "http://proxy.example.com:3128",
  };
  const env = {
    ...kept,
    HTTP_PROXY: "http://alice:a-long-password@proxy.example.com:3128",
    DIGITALOCEAN_TOKEN: "x",
    VAULT_TOKEN: "x",
    AZURE_CLIENT_SECRET: "x",
    GITHUB_ENV: "/tmp/env",
    GITHUB_PATH: "/tmp/path",
    GITHUB_STEP_SUMMARY: "/tmp/summary",
    ACTIONS_ID_TOKEN_REQUEST_URL: "x",
    SSH_AUTH_SOCK: "/tmp/agent",
    DOCKER_HOST: "unix:///run/docker.sock",
    NODE_OPTIONS: "--require /tmp/evil.js",
    KUBECONFIG: "/home/alice/.kube/config",
    UNKNOWN_TO_US: "x",
  };
  expect(harmless(env)).toEqual(kept);
});
