/** The parts of the API's answers that the tests read. */

export interface ClusterBody {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly ha: boolean;
  readonly auto_upgrade: boolean;
  readonly surge_upgrade: boolean;
  readonly service_subnet: string;
  readonly ipv4: string;
  readonly endpoint: string;
  readonly tags: readonly string[];
  readonly registry_enabled: boolean;
  readonly registries: readonly string[];
  readonly status: { readonly state: string; readonly message?: string };
  readonly node_pools: readonly NodePoolBody[];
}

export interface NodePoolBody {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly size: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>> | null;
  readonly taints: readonly object[];
  readonly min_nodes: number;
  readonly max_nodes: number;
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly droplet_id: string;
    readonly status: { readonly state: string };
  }[];
}

export interface DropletsBody {
  readonly droplets: readonly {
    readonly id: number;
    readonly name: string;
    readonly tags: readonly string[];
  }[];
  readonly meta: { readonly total: number };
}

export interface MatrixBody {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}
