/** What a developer may do in the namespace of an environment, as `<verbs> <resources>`. */
const MAY = [
  "get,list,watch,create,update,patch,delete pods,services,configmaps,secrets,persistentvolumeclaims",
  "get,list,watch,create,update,patch,delete deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps",
  "get,list,watch,create,update,patch,delete jobs.batch,cronjobs.batch,horizontalpodautoscalers.autoscaling",
  "get,list,watch,create,update,patch,delete ingresses.networking.k8s.io",
  "get,update,patch deployments.apps/scale,statefulsets.apps/scale",
  "get,create pods/exec,pods/attach,pods/portforward",
  "get,list,watch pods/log,events,endpoints,serviceaccounts,resourcequotas,limitranges",
  "get,list,watch networkpolicies.networking.k8s.io,endpointslices.discovery.k8s.io",
];

/** What nobody may who lives there: it would lift the bounds of the environment, or give rights on. */
const MAY_NOT = [
  "create,update,patch,delete resourcequotas,limitranges,networkpolicies.networking.k8s.io",
  "create,update,patch,delete,bind,escalate roles.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io",
  "create,update,patch,delete,impersonate serviceaccounts",
  "create serviceaccounts/token,pods/eviction,pods/binding,services/proxy,pods/proxy",
  "update,patch,delete namespaces",
  "create,update,patch,delete ciliumnetworkpolicies.cilium.io,httproutes.gateway.networking.k8s.io",
  "create localsubjectaccessreviews.authorization.k8s.io",
];

/** What belongs to all: refused whether somebody names a namespace or not. */
const CLUSTER_WIDE = [
  "get,list,watch,create,update,patch,delete nodes,namespaces,persistentvolumes",
  "get,create nodes/proxy",
  "list,watch,create,delete pods,secrets,configmaps,services,deployments.apps",
  "get,create,update,delete,bind,escalate clusterroles.rbac.authorization.k8s.io,clusterrolebindings.rbac.authorization.k8s.io",
  "create,update,delete customresourcedefinitions.apiextensions.k8s.io,apiservices.apiregistration.k8s.io",
  "create,update,delete validatingwebhookconfigurations.admissionregistration.k8s.io,mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "create,update,delete validatingadmissionpolicies.admissionregistration.k8s.io,validatingadmissionpolicybindings.admissionregistration.k8s.io",
  "create,update,delete storageclasses.storage.k8s.io,priorityclasses.scheduling.k8s.io,ingressclasses.networking.k8s.io",
  "create,update certificatesigningrequests.certificates.k8s.io",
  "create tokenreviews.authentication.k8s.io,subjectaccessreviews.authorization.k8s.io",
  "impersonate users,groups,serviceaccounts",
];

/** `[verb, resource]`, one by one. */
function each(rows: readonly string[]): [string, string][] {
  return rows.flatMap((row) => {
    const [verbs = "", resources = ""] = row.split(" ");
    return resources
      .split(",")
      .flatMap((resource) => verbs.split(",").map((verb): [string, string] => [verb, resource]));
  });
}

export const RIGHTS = {
  may: each(MAY),
  mayNot: each(MAY_NOT),
  clusterWide: each(CLUSTER_WIDE),
};
