/**
 * How DigitalOcean's cloud controller finds a Service's load balancer: by its id, else by its name, in all the account.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/cloud-controller-manager/do/loadbalancers.go
 */
export const LOAD_BALANCER_ID = "kubernetes.digitalocean.com/load-balancer-id";
export const LOAD_BALANCER_NAME = "service.beta.kubernetes.io/do-loadbalancer-name";

/** With `true` the controller lets go of the load balancer, which then outlives the Service. */
export const LOAD_BALANCER_DISOWN = "service.beta.kubernetes.io/do-loadbalancer-disown";
