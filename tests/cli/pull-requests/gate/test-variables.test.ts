import { reachedInCluster, testVariables } from "../../../../cli/pull-requests/gate/test-variables";

const ENVIRONMENT = {
  url: "https://pr-7-ci.dev.example.com",
  hosts: { api: "https://api--pr-7-ci.dev.example.com", "back-office": "https://b.example.com" },
  namespace: "pr-7-ci",
};

describe("the variables of a test", () => {
  it("tell where the environment answers, each further name by its own, beside those of the settings", () => {
    expect(testVariables({ env: { LEVEL: "full" } }, ENVIRONMENT)).toEqual({
      LEVEL: "full",
      URL: ENVIRONMENT.url,
      URL_API: ENVIRONMENT.hosts.api,
      URL_BACK_OFFICE: "https://b.example.com",
      NAMESPACE: "pr-7-ci",
    });
    expect(testVariables({ env: {} }, {})).toEqual({});
  });

  it("lead pods past the load balancer, where the stack tells how", () => {
    const outputs = {
      urlInCluster: "http://web.pr-7-ci",
      hostsInCluster: { api: "http://host-api.pr-7-ci" },
    };
    expect(reachedInCluster(ENVIRONMENT, { outputs })).toEqual({
      url: "http://web.pr-7-ci",
      hosts: outputs.hostsInCluster,
      namespace: "pr-7-ci",
    });
    expect(reachedInCluster(ENVIRONMENT, { outputs: {} })).toEqual(ENVIRONMENT);
  });
});
