import type { KubernetesObject, ObjectMeta } from "../api/objects";

/** The parts of the Gateway API's objects that are read. @see https://gateway-api.sigs.k8s.io/reference/spec/ */

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly allowedRoutes?: {
    readonly namespaces?: {
      readonly from?: "All" | "Same" | "Selector";
      readonly selector?: LabelSelector;
    };
  };
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface Gateway extends KubernetesObject {
  readonly metadata: ObjectMeta & { readonly generation?: number };
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly Listener[];
    readonly infrastructure?: { readonly annotations?: Readonly<Record<string, string>> };
  };
  readonly status?: unknown;
}

export interface HttpRoute extends KubernetesObject {
  readonly metadata: ObjectMeta & { readonly generation?: number };
  readonly spec: {
    readonly parentRefs?: readonly ParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly RouteRule[];
  };
  readonly status?: unknown;
}

export interface ParentRef {
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
}

export interface RouteRule {
  readonly matches?: readonly {
    readonly path?: { readonly type?: "Exact" | "PathPrefix"; readonly value?: string };
  }[];
  readonly filters?: readonly {
    readonly type: string;
    readonly responseHeaderModifier?: {
      readonly set?: readonly { readonly name: string; readonly value: string }[];
    };
  }[];
  readonly backendRefs?: readonly {
    readonly name: string;
    readonly namespace?: string;
    readonly port?: number;
  }[];
}
