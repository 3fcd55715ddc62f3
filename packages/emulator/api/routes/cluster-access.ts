import { stringify } from "yaml";
import type { Account } from "../../account/account";
import type { Cluster } from "../../account/entities";
import { invalid, notFound } from "../../account/errors";
import { wholeNumber } from "../query";
import { type ApiRequest, ok, type Route, route } from "../router";

const CLUSTER = "/v2/kubernetes/clusters/{cluster_id}";

export function clusterAccessRoutes({ clusters, credentials }: Account): Route[] {
  /** Without an API server there are no credentials yet: 404, as doctl issue #399 settled it. */
  const reachable = (request: ApiRequest): Cluster => {
    const cluster = clusters.get(request.param("cluster_id"));
    if (cluster.endpoint === "") {
      throw notFound();
    }
    return cluster;
  };
  return [
    route("GET", `${CLUSTER}/credentials`, (request) => {
      const cluster = reachable(request);
      return ok({
        server: cluster.endpoint,
        certificateAuthorityData: cluster.certificateAuthorityData,
        clientCertificateData: null,
        clientKeyData: null,
        ...credentials.issue(cluster.id, wholeNumber(request, "expiry_seconds", 0)),
      });
    }),
    route("GET", `${CLUSTER}/kubeconfig`, (request) => {
      const cluster = reachable(request);
      if (request.query.get("type") === "sso") {
        throw invalid("sso is not available for this cluster");
      }
      const { token } = credentials.issue(cluster.id, wholeNumber(request, "expiry_seconds", 0));
      const body = stringify(kubeconfig(cluster, token));
      return { status: 200, body, contentType: "application/yaml" };
    }),
    route("GET", `${CLUSTER}/user`, (request) => {
      clusters.get(request.param("cluster_id"));
      const { username, groups } = credentials.user();
      return ok({ kubernetesClusterUser: { username, groups } });
    }),
  ];
}

function kubeconfig(cluster: Cluster, token: string) {
  const name = `do-${cluster.region}-${cluster.name}`;
  const user = `${name}-admin`;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          "certificate-authority-data": cluster.certificateAuthorityData,
          server: cluster.endpoint,
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user } }],
    "current-context": name,
    preferences: {},
    users: [{ name: user, user: { token } }],
  };
}
