const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** `0.0.0.0/0` is everybody, and so none. */
const NETWORK = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}(?:/(?:[1-9]|[12]\\d|3[0-2]))?$`);

/** Whether a text is an IPv4 address, or a network of some. */
export function isNetwork(text: string): boolean {
  return NETWORK.test(text);
}
