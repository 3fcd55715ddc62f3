/** Checkpoints as Pulumi 3.259 writes them, in one line. */

export interface CheckpointOptions {
  readonly project?: string;
  /** @default - as an environment has them */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** How many resources there are beside the stack's own. @default 44, as an environment with the sample shop has */
  readonly others?: number;
  readonly time?: string;
}

/** About what one resource of an environment takes, in bytes. */
const RESOURCE_BYTES = 4_096;

/** A secret as Pulumi keeps it. */
export const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:kv90HFl+/l5VL3Go:i9VnRBXtSaS+dxtCwrGVAEjbRkE=",
};

export function checkpointOf(stack: string, options: CheckpointOptions = {}): string {
  const { project = "shop", others = 44, outputs = outputsOf(stack) } = options;
  const root = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  return checkpointWith(stack, {
    ...options,
    resources: [
      {
        urn: root,
        custom: false,
        type: "pulumi:pulumi:Stack",
        outputs,
        created: "2026-11-20T08:00:00.5Z",
        modified: "2026-11-20T08:00:00.5Z",
        sourcePosition: "project:///node_modules/@pulumi/runtime/stack.ts#37,19",
      },
      ...Array.from({ length: others }, (_, index) => otherResource(stack, root, index)),
    ],
  });
}

/** A checkpoint with these resources, whatever they are; `undefined` for that of a new or destroyed stack. */
export function checkpointWith(
  stack: string,
  {
    project = "shop",
    time = "2026-11-23T08:30:00.123456789Z",
    resources,
    pending,
  }: Pick<CheckpointOptions, "project" | "time"> & {
    readonly resources?: readonly unknown[];
    /** What pulumi had begun when it was ended. */
    readonly pending?: readonly unknown[];
  },
): string {
  return JSON.stringify({
    version: 3,
    checkpoint: {
      stack: `organization/${project}/${stack}`,
      latest: {
        manifest: {
          time,
          magic: "ab35920a3077459b09dd1a3f7ddc28df4e3efc81b3240013bb6906688abc684d",
          version: "v3.259.0",
        },
        secrets_providers: {
          type: "passphrase",
          state: { salt: "v1:tVUl8JO/Ymg=:v1:EtYfU3O6gB5Jf+te:B0YHEc6h2FMs+0BzyBWIXdZrYdjXaQ==" },
        },
        resources,
        pending_operations: pending,
        metadata: {},
      },
    },
  });
}

/** What the program of an environment gives. */
export function outputsOf(stack: string): Record<string, unknown> {
  const images = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `registry.example.com/shop/service-${index}`,
      `registry.example.com/shop/service-${index}:v1.2.${index}`,
    ]),
  );
  return {
    clusterId: "0f4a8b6e-2b1c-4f0e-9f35-0b8f6a6d4f10",
    clusterName: stack,
    expiresAt: "2026-12-07T08:00:00Z",
    images,
    kubeconfig: `apiVersion: v1\nkind: Config\nclusters:\n- name: "${stack}"\n`.padEnd(
      1_500,
      "# {}\n",
    ),
    kubeconfigFile: `.rendered/${stack}/kubeconfig.yaml`,
    namespace: stack,
    pricePerHourUsd: 0.1071,
    url: "http://127.94.210.38",
  };
}

function otherResource(stack: string, parent: string, index: number) {
  const type = "kubernetes:apps/v1:Deployment";
  const manifest = "x".repeat(RESOURCE_BYTES / 2);
  return {
    urn: `urn:pulumi:${stack}::shop::${type}::${stack}/service-${index}`,
    custom: true,
    id: `${stack}/service-${index}`,
    type,
    inputs: { manifest },
    outputs: { manifest },
    parent,
    created: "2026-11-20T08:02:00Z",
    modified: "2026-11-20T08:02:00Z",
  };
}
