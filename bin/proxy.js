// @ts-check
/**
 * The connection through the proxy in HTTPS_PROXY, HTTP_PROXY and NO_PROXY, by the rules of Go's clients, such as
 * Pulumi's providers and kubectl. Plain JavaScript without packages, because every kubectl command starts the exec
 * plugin.
 *
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
const http = require("node:http");
const https = require("node:https");
const { BlockList, isIP } = require("node:net");
const tls = require("node:tls");

/** Timeout for a proxy's CONNECT. */
const CONNECT_TIMEOUT_MS = 15_000;

/**
 * @param {string} url
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} URL of the proxy; undefined for a direct connection, always for loopback addresses
 */
function proxyFor(url, env = process.env) {
  const { protocol, hostname, port } = new URL(url);
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = env[name] || env[name.toLowerCase()];
  const host = hostname.replace(/^\[|\]$/g, "");
  const exceptions = (env.NO_PROXY || env.no_proxy || "").split(",").map((one) => one.trim());
  const number = port || (protocol === "https:" ? "443" : "80");
  return !proxy || isLoopback(host) || exceptions.some((one) => isExcepted(one, host, number))
    ? undefined
    : proxy.includes("://")
      ? proxy
      : `http://${proxy}`;
}

/** @param {string} host */
function isLoopback(host) {
  return host === "localhost" || inSubnet(host, "127.0.0.0/8") || host === "::1";
}

/**
 * @param {string} exception - `*`, a domain with or without a port, an address, or a range of them
 * @param {string} host
 * @param {string} port
 */
function isExcepted(exception, host, port) {
  if (exception === "*" || (exception.includes("/") && inSubnet(host, exception))) {
    return true;
  }
  const [, name = "", itsPort] = /^(.*?)(?::(\d+))?$/.exec(exception.toLowerCase()) ?? [];
  if (name === "" || (itsPort !== undefined && itsPort !== port)) {
    return false;
  }
  const domain = name.replace(/^\*?\./, "");
  return (domain === name && host === name) || (!isIP(host) && host.endsWith(`.${domain}`));
}

/**
 * @param {string} host
 * @param {string} range - CIDR
 */
function inSubnet(host, range) {
  const [network = "", bits] = range.split("/");
  const family = isIP(network) === 4 ? "ipv4" : "ipv6";
  if (isIP(host) === 0 || isIP(host) !== isIP(network)) {
    return false;
  }
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(bits), family);
  return subnet.check(host, family);
}

/** Tunnels every connection through a proxy, with CONNECT. */
class TunnelAgent extends https.Agent {
  /** @param {string} proxy */
  constructor(proxy) {
    super();
    this.proxy = new URL(proxy);
  }

  /**
   * @override
   * @param {any} options - of the connection
   * @param {(error: Error | null, socket?: import("node:stream").Duplex) => void} callback
   * @returns {any}
   */
  createConnection(options, callback) {
    const { protocol, hostname, port, username, password } = this.proxy;
    const target = `${isIP(options.host) === 6 ? `[${options.host}]` : options.host}:${options.port}`;
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const request = (protocol === "https:" ? https : http).request({
      method: "CONNECT",
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port || (protocol === "https:" ? 443 : 80),
      path: target,
      headers: {
        host: target,
        ...(username && {
          "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}`,
        }),
      },
      agent: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    request.once("connect", ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        callback(new Error(`the proxy ${this.proxy.host} answered ${statusCode} for ${target}`));
        return;
      }
      callback(null, options.isPlain ? socket : tls.connect({ ...options, socket }));
    });
    request.once("timeout", () => request.destroy(new Error("no answer before the timeout")));
    request.once("error", ({ message }) =>
      callback(new Error(`the proxy ${this.proxy.host} cannot be reached: ${message}`)),
    );
    request.end();
  }
}

/**
 * Options that send a node:http or node:https request through the proxy, if one applies.
 *
 * @param {string} url
 * @param {NodeJS.ProcessEnv} env
 * @returns {{agent?: TunnelAgent, isPlain?: boolean}}
 */
function throughProxy(url, env = process.env) {
  const proxy = proxyFor(url, env);
  if (proxy === undefined) {
    return {};
  }
  const agent = new TunnelAgent(proxy);
  if (url.startsWith("https:")) {
    return { agent };
  }
  // node:http rejects an agent for another protocol.
  Object.assign(agent, { protocol: "http:" });
  return { agent, isPlain: true };
}

module.exports = { proxyFor, throughProxy };
