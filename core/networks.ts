const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** Excludes `/0`, which is not a restriction. */
const NETWORK = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}(?:/(?:[1-9]|[12]\\d|3[0-2]))?$`);

/** Whether a text is an IPv4 address or network. */
export function isNetwork(text: string): boolean {
  return NETWORK.test(text);
}
