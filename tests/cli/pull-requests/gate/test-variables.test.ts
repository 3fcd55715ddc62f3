import { reachedInCluster, testVariables } from "../../../../cli/pull-requests/gate/test-variables";

const ENVIRONMENT = {
  url: "https://pr-7-ci.dev.example.com",
  hosts: { api: "https://api--pr-7-ci.dev.example.com", "back-office": "https://b.example.com" },
  namespace: "pr-7-ci",
};

describe("the variables of a test", () => {
  it("contain the environment's url and each further name, besides those in the settings", () => {
    expect(testVariables({ env: { LEVEL: "full" } }, ENVIRONMENT)).toEqual({
      LEVEL: "full",
      URL: ENVIRONMENT.url,
      URL_API: ENVIRONMENT.hosts.api,
      URL_BACK_OFFICE: "https://b.example.com",
      NAMESPACE: "pr-7-ci",
    });
    expect(testVariables({ env: {} }, {})).toEqual({});
  });

  it("contain addresses inside the cluster for pods, if the stack has them", () => {
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
