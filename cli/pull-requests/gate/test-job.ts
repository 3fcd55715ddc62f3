import type { V1Job } from "@kubernetes/client-node";
import { secondsOf } from "../../../core/duration";
import { physicalName } from "../../../core/names";
import type { GateTest } from "../../../core/settings/schema";

export const CONTAINER = "test";

export interface TestJobArgs {
  readonly test: Pick<GateTest, "name" | "timeout">;
  /** Its image, with the environment's overrides. */
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly podSecurity: "privileged" | "baseline" | "restricted";
}

/** If doks-env is killed, Kubernetes removes the Job by itself, this long after its end. */
const TTL_AFTER_END_SECONDS = 600;

/**
 * Returns the Job that runs a test's image once, without access to the cluster, and with no rights on its node that a namespace could refuse.
 */
export function testJob({ test, image, env, podSecurity }: TestJobArgs): V1Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: physicalName(`gate-${test.name}`),
      labels: { "ephemeral-doks/gate": test.name },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: secondsOf(test.timeout),
      ttlSecondsAfterFinished: TTL_AFTER_END_SECONDS,
      template: {
        metadata: { labels: { "ephemeral-doks/gate": test.name } },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          containers: [
            {
              name: CONTAINER,
              image,
              env: Object.entries(env).map(([name, value]) => ({ name, value })),
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
                ...(podSecurity === "restricted" ? { runAsNonRoot: true } : {}),
              },
            },
          ],
        },
      },
    },
  };
}
