import { createServer } from "node:net";
import type { ToolCheck } from "./tool-checks";

/** The port of HTTP load balancers. In some set-ups only privileged users may listen on it. */
const HTTP_PORT = 80;

/** Checks whether the emulator's load balancers can listen on their port. */
export async function checkPort(): Promise<ToolCheck> {
  const subject = `port ${HTTP_PORT}`;
  const wanted = "may be listened on";
  const error = await tryListening(HTTP_PORT);
  if (error?.code === "EACCES") {
    return {
      subject,
      found: "this user may not listen on it",
      wanted,
      state: "fault",
      fix: `sudo sysctl net.ipv4.ip_unprivileged_port_start=${HTTP_PORT}`,
    };
  }
  // A port in use by another program is not a fault: a load balancer then takes another loopback address.
  return { subject, found: error ? `allowed (${error.message})` : "allowed", wanted, state: "ok" };
}

function tryListening(port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error));
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(undefined)));
  });
}
