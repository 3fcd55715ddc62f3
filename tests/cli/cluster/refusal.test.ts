import { refusal } from "../../../cli/cluster/refusal";
import { settingsSchema } from "../../../core/settings/schema";

const FORBIDDEN = 'Error creating: pods "web-5d8f-abcde" is forbidden: ';

describe("refusal", () => {
  it.each([
    [
      "exceeded quota: environment, requested: pods=1, used: pods=200, limited: pods=200",
      "QuotaExceeded",
      "the namespace's quota is used up: pods 200 of 200 used, 1 more requested",
      "--set quota.pods=<more than 200>",
    ],
    [
      "exceeded quota: environment, requested: requests.cpu=2,requests.memory=4Gi, used: requests.cpu=15,requests.memory=30Gi, limited: requests.cpu=16,requests.memory=32Gi",
      "QuotaExceeded",
      "the namespace's quota is used up: requests.cpu 15 of 16 used, 2 more requested; requests.memory 30Gi of 32Gi used, 4Gi more requested",
      "--set quota.cpu=<more than 16> --set quota.memory=<more than 32Gi>",
    ],
    [
      "exceeded quota: environment, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=20, limited: persistentvolumeclaims=20",
      "QuotaExceeded",
      "the namespace's quota is used up: persistentvolumeclaims 20 of 20 used, 1 more requested",
      "--set quota.volumes=<more than 20>",
    ],
    [
      "exceeded quota: environment, requested: count/deployments.apps=1, used: count/deployments.apps=200, limited: count/deployments.apps=200",
      "QuotaExceeded",
      "the namespace's quota is used up: count/deployments.apps 200 of 200 used, 1 more requested",
      "--set quota.objects=<more than 200>",
    ],
    [
      "failed quota: environment: must specify requests.cpu for: main; requests.memory for: main",
      "QuotaExceeded",
      "the namespace's quota requires every container to set requests.cpu for: main; requests.memory for: main",
      "--set limits.defaultRequest.cpu=<amount> --set limits.defaultRequest.memory=<amount>",
    ],
    [
      "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]",
      "LimitRangeExceeded",
      "the namespace's limits for one container refuse it: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]",
      "--set limits.max.cpu=<more than 1> --set limits.max.memory=<more than 1Gi>",
    ],
    [
      "maximum memory usage per Container is 1Gi.  No limit is specified",
      "LimitRangeExceeded",
      "the namespace's limits for one container refuse it: maximum memory usage per Container is 1Gi. No limit is specified",
      "--set limits.max.memory=<more than 1Gi>",
    ],
    [
      'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false)',
      "PodSecurity",
      'Pod Security level "restricted" of the namespace refuses its pods: allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false)',
      "--set podSecurity=baseline",
    ],
    [
      'violates PodSecurity "baseline:latest": privileged (container "main" must not set securityContext.privileged=true)',
      "PodSecurity",
      'Pod Security level "baseline" of the namespace refuses its pods: privileged (container "main" must not set securityContext.privileged=true)',
      "--set podSecurity=privileged",
    ],
    [
      'error looking up service account alice-dev/builder: serviceaccount "builder" not found',
      "FailedCreate",
      'its pods are refused: error looking up service account alice-dev/builder: serviceaccount "builder" not found',
      "",
    ],
  ])("reports %s", (words, reason, text, assignments) => {
    const message = FORBIDDEN + words;
    const { fix, ...problem } = refusal(message);
    expect(problem).toMatchObject({ reason, text, isFinal: true });
    expect(fix?.("alice-dev").command).toBe(`doks-env up alice-dev ${assignments}`.trim());
  });

  it("names only existing settings", () => {
    const list = (suffix: string) =>
      [
        "requests.cpu",
        "requests.memory",
        "requests.storage",
        "persistentvolumeclaims",
        "pods",
        "services.loadbalancers",
      ]
        .map((resource) => `${resource}=${suffix}`)
        .join(",");
    const messages = [
      `exceeded quota: environment, requested: ${list("1")}, used: ${list("2")}, limited: ${list("2")}`,
      "failed quota: environment: must specify requests.cpu for: main; requests.memory for: main",
      "maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1, but limit is 2",
    ];
    const paths = messages.flatMap((message) =>
      [...(refusal(FORBIDDEN + message).fix?.("s").command ?? "").matchAll(/--set ([\w.]+)=/g)].map(
        ([, path]) => path ?? "",
      ),
    );
    expect(paths).toHaveLength(10);
    for (const path of paths) {
      const settings = path
        .split(".")
        .reduceRight<unknown>(
          (value, key) => ({ [key]: value }),
          path.startsWith("limits") ? "1Gi" : "100",
        );
      expect(() => settingsSchema.parse(settings)).not.toThrow();
    }
  });
});
