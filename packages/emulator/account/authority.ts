import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { md, pki } from "node-forge";

const SUBJECT = [{ name: "commonName", value: "DigitalOcean Emulator Authority" }];
const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 3650;
/** Clients whose clock is slightly behind also accept a new certificate. */
const BACKDATED_MS = DAY_MS;

/** An issued certificate, in PEM. */
export interface Issued {
  /** The certificate. */
  readonly leaf: string;
  readonly privateKey: string;
}

/**
 * The certificate authority of this account, in the place of Let's Encrypt: made at the first certificate, kept in two
 * files. Clients that trust `authority.pem` connect to the load balancers as they would to DigitalOcean's.
 */
export class Authority {
  private readonly certificateFile: string;
  private readonly keyFile: string;

  public constructor(directory: string) {
    this.certificateFile = join(directory, "authority.pem");
    this.keyFile = join(directory, "authority.key");
  }

  /**
   * Issues a certificate for some DNS names, which may be wildcards.
   * @param notAfter - by the account's clock. It begins by the machine's, because clients have no other.
   */
  public issue(names: readonly string[], notAfter: Date): Issued {
    const authority = this.open();
    const keys = newKeys();
    const certificate = pki.createCertificate();
    certificate.serialNumber = serialNumber();
    certificate.publicKey = keys.publicKey;
    certificate.setSubject([{ name: "commonName", value: names[0] ?? "" }]);
    certificate.setIssuer(authority.certificate.subject.attributes);
    certificate.validity.notBefore = new Date(Date.now() - BACKDATED_MS);
    certificate.validity.notAfter = notAfter;
    certificate.setExtensions([
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: names.map((value) => ({ type: 2, value })) },
      {
        name: "authorityKeyIdentifier",
        keyIdentifier: authority.certificate.generateSubjectKeyIdentifier().getBytes(),
      },
    ]);
    certificate.sign(authority.privateKey, md.sha256.create());
    return { leaf: pki.certificateToPem(certificate), privateKey: keys.privateKeyPem };
  }

  private open(): { certificate: pki.Certificate; privateKey: pki.rsa.PrivateKey } {
    if (!existsSync(this.certificateFile) || !existsSync(this.keyFile)) {
      this.create();
    }
    return {
      certificate: pki.certificateFromPem(readFileSync(this.certificateFile, "utf8")),
      privateKey: pki.privateKeyFromPem(readFileSync(this.keyFile, "utf8")),
    };
  }

  private create(): void {
    const keys = newKeys();
    const certificate = pki.createCertificate();
    certificate.serialNumber = serialNumber();
    certificate.publicKey = keys.publicKey;
    certificate.setSubject(SUBJECT);
    certificate.setIssuer(SUBJECT);
    certificate.validity.notBefore = new Date(Date.now() - BACKDATED_MS);
    certificate.validity.notAfter = new Date(Date.now() + LIFETIME_DAYS * DAY_MS);
    certificate.setExtensions([
      { name: "basicConstraints", critical: true, cA: true },
      { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
      { name: "subjectKeyIdentifier" },
    ]);
    certificate.sign(pki.privateKeyFromPem(keys.privateKeyPem), md.sha256.create());
    writeFileSync(this.keyFile, keys.privateKeyPem, { mode: 0o600 });
    writeFileSync(this.certificateFile, pki.certificateToPem(certificate));
  }
}

/** SHA-1 of a certificate in DigitalOcean's form: hexadecimal, without colons. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint.replaceAll(":", "").toLowerCase();
}

function newKeys() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return { publicKey: pki.publicKeyFromPem(publicKey), privateKeyPem: privateKey };
}

/** A first byte below 0x80 makes the number positive. */
function serialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}
