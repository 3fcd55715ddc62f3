import { z } from "zod";
import type { Account } from "../../account/account";
import type { Certificate } from "../../account/entities";
import { pageBody } from "../pagination";
import { created, noContent, ok, type Route, route } from "../router";

const CERTIFICATES = "/v2/certificates";
const CERTIFICATE = `${CERTIFICATES}/{certificate_id}`;

/** godo sends every field, those of the other type empty. */
const certificateRequest = z.union([
  z.object({
    name: z.string().min(1),
    type: z.literal("lets_encrypt"),
    dnsNames: z.array(z.string().min(1)).min(1),
  }),
  z.object({
    name: z.string().min(1),
    type: z.enum(["", "custom"]).optional(),
    privateKey: z.string().min(1),
    leafCertificate: z.string().min(1),
    certificateChain: z.string().default(""),
  }),
]);

export function certificateRoutes({ certificates }: Account): Route[] {
  return [
    route("GET", CERTIFICATES, (request) => {
      const all = certificates.list(request.query.get("name") ?? undefined);
      return ok(pageBody(request, "certificates", all, certificateBody));
    }),
    route("POST", CERTIFICATES, (request) => {
      const certificate = certificates.create(request.body(certificateRequest));
      return created({ certificate: certificateBody(certificate) });
    }),
    route("GET", CERTIFICATE, (request) =>
      ok({ certificate: certificateBody(certificates.get(request.param("certificate_id"))) }),
    ),
    route("DELETE", CERTIFICATE, (request) => {
      certificates.delete(request.param("certificate_id"));
      return noContent();
    }),
  ];
}

/** Without the private key, which no answer shows. */
function certificateBody({ chain: _, privateKey: _key, ...certificate }: Certificate) {
  return certificate;
}
