/** Which load balancer is a Service's own; its cloud controller writes it there. */
export const LOAD_BALANCER_ID = "kubernetes.digitalocean.com/load-balancer-id";

/**
 * Annotations by which a Service lays hands on load balancers of others or leaves its own behind, with what comes of them:
 * DigitalOcean's cloud controller finds a Service's load balancer by its id, else by its name, in all the account, and lets
 * go of one that is disowned.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/cloud-controller-manager/do/loadbalancers.go
 */
export const LOAD_BALANCER_CLAIMS: Readonly<Record<string, string>> = {
  [LOAD_BALANCER_ID]: "could take another environment's load balancer",
  "service.beta.kubernetes.io/do-loadbalancer-name":
    "would share the load balancer of every environment with the same name",
  "service.beta.kubernetes.io/do-loadbalancer-disown": "would leave its load balancer behind",
};
