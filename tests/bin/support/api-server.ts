import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";

/** A self-signed certificate of 127.0.0.1, valid from 2020 to 2120, and its key; DER in base64. It protects nothing. */
const CERTIFICATE =
  "MIIBXDCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKURL0occPwsWHMA+jzMmIsRiMrjhaSpHtOLb1uEZ1U3iD4K73LEfll2Cd1meos86z8bLDC0DxbMmHUvMq9fjWejQzBBMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAdBgNVHQ4EFgQUGWFSveC6QEkvKHUsqTnrIsUtCMQwCgYIKoZIzj0EAwIDSAAwRQIhAJtnYg64Uh/XmJnDkGcke2aL/r5lmtYRU0vYAEGARJ1tAiBxVCGqyuPdSFV2A06It/KMjcniTIZGqVkhMzLqH0p/+Q==";
const KEY =
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgj1e9sCogAtGOp6TwGeAFSE+ARiZOTz/nN8CZwIjFd1ehRANCAASlES9KHHD8LFhzAPo8zJiLEYjK44WkqR7Ti29bhGdVN4g+Cu9yxH5ZdgndZnqLPOs/GywwtA8WzJh1LzKvX41n";

/** PEM */
export const certificate = `-----BEGIN CERTIFICATE-----\n${CERTIFICATE}\n-----END CERTIFICATE-----\n`;
/** PEM */
export const privateKey = createPrivateKey({
  key: Buffer.from(KEY, "base64"),
  format: "der",
  type: "pkcs8",
})
  .export({ format: "pem", type: "pkcs8" })
  .toString();

export interface Asked {
  readonly request: string;
  readonly authorization: string | undefined;
  /** Common name of the client's certificate. */
  readonly certificateOf: string | undefined;
  readonly body: unknown;
}

export interface ApiServer {
  /** The end of DigitalOcean's answer for its cluster: where it is, and whom to trust there. */
  readonly access: { readonly server: string; readonly certificate_authority_data: string };
  readonly asked: Asked[];
}

/** Serves https on loopback while a test runs, giving one answer to all that is asked. */
export async function withApiServer(
  answer: () => { status: number; body: object },
  use: (server: ApiServer) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const server = createServer(
    { cert: certificate, key: privateKey, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on("end", () => {
        const subject = (request.socket as TLSSocket).getPeerCertificate().subject;
        asked.push({
          request: `${request.method} ${request.url}`,
          authorization: request.headers.authorization,
          certificateOf: subject?.CN?.toString(),
          body: JSON.parse(text),
        });
        const { status, body } = answer();
        response.writeHead(status).end(JSON.stringify(body));
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const access = {
    server: `https://127.0.0.1:${port}`,
    certificate_authority_data: Buffer.from(certificate).toString("base64"),
  };
  try {
    await use({ access, asked });
  } finally {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }
}
