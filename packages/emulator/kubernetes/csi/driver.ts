/** Name of DigitalOcean's block storage driver. */
export const CSI_DRIVER = "dobs.csi.digitalocean.com";

/** The node label, and the key of a volume's topology, that names the region. Source: csi-digitalocean, driver/node.go */
export const TOPOLOGY_KEY = "region";

/** Maximum number of volumes of a Droplet. Source: csi-digitalocean, driver/controller.go (its message about the limit) */
export const MAX_VOLUMES_PER_NODE = 7;
