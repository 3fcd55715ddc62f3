import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * Ports are taken from below the range from which Linux and macOS hand out ports to outgoing connections (32768 and
 * 49152 upwards), so that a port that was free once is still free after a restart.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const ATTEMPTS = 50;
/** Time for the caller's program to listen on its port, in milliseconds: longer than a control plane may take to start. */
const CLAIM_MS = 300_000;

/**
 * Returns a TCP port on 127.0.0.1 that nothing listens on, between 20000 and 31999. No emulator on this machine gets the same
 * port within the next five minutes.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if ((await claim(port)) && (await isFree(port))) {
      return port;
    }
  }
  throw new Error(
    `found no free port on 127.0.0.1 in ${ATTEMPTS} attempts between ${FIRST_PORT} and ${LAST_PORT}`,
  );
}

/**
 * Claims a port by taking the UDP port of the same number, which none of the programs uses: the TCP port itself must stay
 * free for the program.
 */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").unref();
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ address: "127.0.0.1", port, exclusive: true }, () => {
      setTimeout(() => socket.close(), CLAIM_MS).unref();
      resolve(true);
    });
  });
}

/** Whether this process could listen on a port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
