import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import type { Clock } from "../clock";
import { type Authority, fingerprintOf } from "./authority";
import type { Domains } from "./domains";
import type { Certificate } from "./entities";
import { forbidden, notFound, unprocessable } from "./errors";
import type { Store } from "./store";
import { timestamp } from "./time";

/** Duration of the state `pending` of a Let's Encrypt certificate. DigitalOcean does not document it. */
const ISSUING_MS = 2_000;
const DAY_MS = 86_400_000;
/** @see https://letsencrypt.org/docs/faq/ (the default profile until February 2027) */
const LIFETIME_MS = 90 * DAY_MS;
/** Time before its expiry at which a certificate is renewed. */
const RENEWED_BEFORE_MS = 30 * DAY_MS;

export type CertificateRequest =
  | { readonly name: string; readonly dnsNames: readonly string[] }
  | {
      readonly name: string;
      readonly privateKey: string;
      readonly leafCertificate: string;
      readonly certificateChain: string;
    };

/**
 * The account's certificates. Those of Let's Encrypt are issued and renewed by the account's clock, which is looked at
 * whenever something asks for a certificate.
 */
export class Certificates {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly authority: Authority,
    private readonly domains: Domains,
  ) {}

  /** @param name - returns only the certificate of this name */
  public list(name?: string): Certificate[] {
    this.settle();
    const all = this.store.certificates.all();
    return name ? all.filter((certificate) => certificate.name === name) : all;
  }

  public find(id: string): Certificate | undefined {
    this.settle();
    return this.store.certificates.find(id);
  }

  /** @throws ApiError 404 */
  public get(id: string): Certificate {
    const certificate = this.find(id);
    if (!certificate) {
      throw notFound();
    }
    return certificate;
  }

  /** @throws ApiError 422 for a name that is taken, a domain that is not the account's, or a key that does not fit */
  public create(request: CertificateRequest): Certificate {
    if (this.list(request.name).length > 0) {
      throw unprocessable("certificate name must be unique");
    }
    const fresh = { id: randomUUID(), name: request.name, createdAt: timestamp(this.clock.now()) };
    return this.store.certificates.put(
      "dnsNames" in request
        ? {
            ...fresh,
            type: "lets_encrypt",
            state: "pending",
            dnsNames: this.withApex(request.dnsNames),
            notAfter: this.notAfter(),
            sha1Fingerprint: "",
            chain: "",
            privateKey: "",
          }
        : { ...fresh, type: "custom", state: "verified", ...readCustom(request) },
    );
  }

  /** Renews a certificate ahead of schedule. @throws ApiError 404 */
  public renewNow(name: string): Certificate {
    const [certificate] = this.list(name);
    if (certificate?.type !== "lets_encrypt") {
      throw notFound();
    }
    this.renew(certificate);
    return this.list(name)[0] ?? certificate;
  }

  /** @throws ApiError 404, 403 while a load balancer has it */
  public delete(id: string): void {
    this.get(id);
    const isUsed = this.store.loadBalancers
      .all()
      .some(({ forwardingRules }) => forwardingRules.some((rule) => rule.certificateId === id));
    if (isUsed) {
      // Source: digitalocean/terraform-provider-digitalocean, digitalocean/certificate/resource_certificate.go
      throw forbidden("Make sure the certificate is not in use before deleting it");
    }
    this.store.certificates.remove(id);
  }

  /**
   * The API adds the apex of a wildcard's domain.
   * @see https://github.com/digitalocean/terraform-provider-digitalocean/issues/928
   */
  private withApex(names: readonly string[]): string[] {
    const zones = names.map((name) => {
      const zone = this.domains.zoneOf(name.replace(/^\*\./, ""));
      if (zone === undefined) {
        throw unprocessable(`${name} is not in a domain that DigitalOcean's DNS manages`);
      }
      return zone;
    });
    const apexes = zones.filter((_, index) => names[index]?.startsWith("*."));
    return [...new Set([...names, ...apexes])];
  }

  private settle(): void {
    const now = this.clock.now().getTime();
    for (const certificate of this.store.certificates.all()) {
      if (certificate.type !== "lets_encrypt") {
        continue;
      }
      if (certificate.state === "pending") {
        if (now >= Date.parse(certificate.createdAt) + ISSUING_MS) {
          this.store.certificates.put({ ...certificate, ...this.issue(certificate) });
        }
      } else if (now >= Date.parse(certificate.notAfter) - RENEWED_BEFORE_MS) {
        this.renew(certificate);
      }
    }
  }

  private issue({ dnsNames }: Certificate) {
    if (!this.isManaged(dnsNames)) {
      return { state: "error" as const };
    }
    const notAfter = this.notAfter();
    const { leaf, privateKey } = this.authority.issue(dnsNames, new Date(notAfter));
    return {
      state: "verified" as const,
      notAfter,
      sha1Fingerprint: fingerprintOf(leaf),
      chain: leaf,
      privateKey,
    };
  }

  private notAfter(): string {
    return timestamp(new Date(this.clock.now().getTime() + LIFETIME_MS));
  }

  /** Gives it another id, also in the load balancers. It expires if its domain is gone. */
  private renew(old: Certificate): void {
    if (old.state === "error" || !this.isManaged(old.dnsNames)) {
      return;
    }
    const id = randomUUID();
    this.store.certificates.remove(old.id);
    this.store.certificates.put({
      ...old,
      ...this.issue(old),
      id,
      createdAt: timestamp(this.clock.now()),
    });
    for (const loadBalancer of this.store.loadBalancers.all()) {
      if (loadBalancer.forwardingRules.some((rule) => rule.certificateId === old.id)) {
        this.store.loadBalancers.put({
          ...loadBalancer,
          forwardingRules: loadBalancer.forwardingRules.map((rule) => ({
            ...rule,
            certificateId: rule.certificateId === old.id ? id : rule.certificateId,
          })),
        });
      }
    }
  }

  private isManaged(names: readonly string[]): boolean {
    return names.every((name) => this.domains.zoneOf(name.replace(/^\*\./, "")) !== undefined);
  }
}

/** @throws ApiError 422 */
function readCustom(request: Extract<CertificateRequest, { privateKey: string }>) {
  const { privateKey, leafCertificate, certificateChain } = request;
  const leaf = parsed("leaf_certificate", () => new X509Certificate(leafCertificate));
  const key = parsed("private_key", () => createPrivateKey(privateKey));
  if (!leaf.checkPrivateKey(key)) {
    throw unprocessable("the private key does not fit the certificate");
  }
  return {
    // As in DigitalOcean's example, the names inside a custom certificate are ignored.
    dnsNames: [""],
    notAfter: timestamp(new Date(leaf.validTo)),
    sha1Fingerprint: fingerprintOf(leafCertificate),
    chain: `${leafCertificate.trim()}\n${certificateChain}`,
    privateKey,
  };
}

function parsed<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw unprocessable(`${field} is not in PEM`);
  }
}
