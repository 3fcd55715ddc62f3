/** The credentials of a cluster, in the form of the outputs. */
import type { PropertyMap } from "../../protocol/properties";
import { rfc3339, stringOf } from "../values";

/** @param credentials the API's answer to `GET /v2/kubernetes/clusters/{id}/credentials`. */
export function toKubeConfig(name: string, region: string, credentials: PropertyMap): PropertyMap {
  return {
    rawConfig: renderKubeconfig(name, region, credentials),
    clusterCaCertificate: stringOf(credentials, "certificate_authority_data"),
    host: stringOf(credentials, "server"),
    token: stringOf(credentials, "token"),
    expiresAt: rfc3339(new Date(stringOf(credentials, "expires_at"))),
    clientKey: decodeBase64(stringOf(credentials, "client_key_data")),
    clientCertificate: decodeBase64(stringOf(credentials, "client_certificate_data")),
  };
}

/** Whether it is missing or has expired. */
export function isExpired(kubeConfig: PropertyMap | undefined): boolean {
  const expiresAt = stringOf(kubeConfig, "expiresAt");
  return expiresAt === "" || Date.parse(expiresAt) < Date.now();
}

function decodeBase64(text: string): string {
  return Buffer.from(text, "base64").toString();
}

/** Field by field like the official provider, so that the text is identical. */
function renderKubeconfig(name: string, region: string, credentials: PropertyMap): string {
  const context = `do-${region}-${name}`;
  const user = `${context}-admin`;
  const keyData = stringOf(credentials, "client_key_data");
  const certificateData = stringOf(credentials, "client_certificate_data");
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- cluster:",
    `    certificate-authority-data: ${stringOf(credentials, "certificate_authority_data")}`,
    `    server: ${stringOf(credentials, "server")}`,
    `  name: ${context}`,
    "contexts:",
    "- context:",
    `    cluster: ${context}`,
    `    user: ${user}`,
    `  name: ${context}`,
    `current-context: ${context}`,
    "users:",
    `- name: ${user}`,
    "  user:",
    ...(keyData === "" ? [] : [`    client-key-data: ${keyData}`]),
    ...(certificateData === "" ? [] : [`    client-certificate-data: ${certificateData}`]),
    `    token: ${stringOf(credentials, "token")}`,
    "",
  ].join("\n");
}
