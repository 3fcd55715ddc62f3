import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** A workload of one pod with one container. */
export interface SmallDeployment {
  readonly name: string;
  readonly image: string;
  /** Simulated failure of its pod: packages/emulator/kubernetes/stages/simulated-failures.ts. @default - none */
  readonly simulate?: "image-pull-failure" | "crash" | "never-ready";
  /** Pulumi's timeout for it. @default - 10 minutes */
  readonly timeoutSeconds?: number;
}

/**
 * Writes a kustomize overlay of Deployments alone, which comes up sooner than one with a load balancer.
 *
 * @returns the folder
 */
export function writeOverlay(folder: string, deployments: readonly SmallDeployment[]): string {
  mkdirSync(folder, { recursive: true });
  const kustomization = { resources: ["deployments.yaml"] };
  writeFileSync(join(folder, "kustomization.yaml"), stringify(kustomization));
  const documents = deployments.map((deployment) => stringify(manifestOf(deployment)));
  writeFileSync(join(folder, "deployments.yaml"), documents.join("---\n"));
  return folder;
}

function manifestOf({ name, image, simulate, timeoutSeconds }: SmallDeployment): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      annotations: timeoutSeconds ? { "pulumi.com/timeoutSeconds": String(timeoutSeconds) } : {},
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          annotations: simulate ? { "digitalocean-emulator/simulate": simulate } : {},
        },
        spec: { containers: [{ name, image }] },
      },
    },
  };
}
