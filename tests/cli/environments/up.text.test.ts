import { summary } from "../../../cli/environments/up.text";
import { EMPTY, NOW, PLAIN, UP } from "../terminal/support/environments";

describe("the summary of an environment that has come up", () => {
  const rest = {
    images: [],
    kubeconfigFile: "/work/.rendered/alice-dev/kubeconfig.yaml",
    seconds: 31.5,
  };

  it("shows its url, price, expiry and useful commands", () => {
    expect(summary({ ...rest, environment: UP }, NOW, PLAIN)).toBe(`
alice-dev is up after 31.5 s

  url         http://127.94.210.38
  namespace   alice-dev
  cluster     alice-dev
  kubeconfig  /work/.rendered/alice-dev/kubeconfig.yaml
  price       $0.1071 an hour, $72 a month
  expires     2026-12-07 08:42 UTC, in 14d
  kubectl     export KUBECONFIG=$(doks-env kubeconfig alice-dev)
  more time   doks-env extend alice-dev 1d
  take down   doks-env down alice-dev
`);
  });

  it("lists every name, or the reason why there is none", () => {
    const hosts = { api: "https://api.example.com", admin: "https://admin.example.com" };
    expect(summary({ ...rest, environment: { ...UP, hosts } }, NOW, PLAIN)).toContain(
      "  url         http://127.94.210.38\n              https://api.example.com\n              https://admin.example.com\n",
    );
    const { url: _, ...closed } = UP;
    expect(summary({ ...rest, environment: closed }, NOW, PLAIN)).toContain(
      "  url         none: the overlay does not have exactly one load balancer for HTTP",
    );
  });

  it("shows how to bring up a tenant on a shared cluster", () => {
    const environment = { ...UP, stack: "team-shared", placement: "host" } as const;
    const entrance = { domain: "dev.example.com", address: "127.96.0.1", https: false };
    expect(summary({ ...rest, environment, entrance }, NOW, PLAIN)).toBe(`
team-shared is up after 31.5 s

  cluster     alice-dev, shared by environments
  entrance    127.96.0.1: point *.dev.example.com there
  kubeconfig  /work/.rendered/alice-dev/kubeconfig.yaml
  price       $0.1071 an hour, $72 a month, with its minimum of nodes
  expires     never
  use it      doks-env up alice-dev --set placement=namespace --set hostStack=team-shared
  tenants     doks-env list --host team-shared
  take down   doks-env unprotect team-shared && doks-env down team-shared
`);
    expect(summary({ ...rest, environment }, NOW, PLAIN)).not.toContain("entrance");
    const encrypted = { ...rest, environment, entrance: { ...entrance, https: true } };
    expect(summary(encrypted, NOW, PLAIN)).toContain(
      "127.96.0.1: https://<environment>.dev.example.com points there",
    );
  });

  it("shows a domain's name servers, and later its certificate", () => {
    const environment = { ...UP, stack: "team-domain", placement: "domain" } as const;
    const { kubeconfigFile: _, ...domainRest } = rest;
    const domain = { name: "dev.example.com", nameServers: ["ns1.example.com", "ns2.example.com"] };
    const waiting = { ...domainRest, environment, domain: { ...domain, delegated: false } };
    expect(summary(waiting, NOW, PLAIN)).toContain(
      "add NS records for dev.example.com with ns1.example.com, ns2.example.com; then run doks-env up team-domain",
    );
    const ready = { ...domain, delegated: true, certificate: "doks-env-dev" };
    expect(summary({ ...waiting, domain: ready }, NOW, PLAIN)).toBe(`
team-domain is up after 31.5 s

  domain       dev.example.com
  delegated    yes, to DigitalOcean
  certificate  doks-env-dev
  use it       doks-env up alice-dev --set domain=dev.example.com
  take down    doks-env unprotect team-domain && doks-env down team-domain
`);
  });

  it("shows why there is no url, and a dash for other unknown values", () => {
    const text = summary({ ...rest, environment: EMPTY }, NOW, PLAIN);
    expect(text).toContain(
      "url         none: the overlay does not have exactly one load balancer for HTTP, or",
    );
    expect(text.match(/^ {2}(namespace|cluster|price|expires) +-$/gm)).toHaveLength(4);
  });
});
