import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { Account } from "./account/account";
import { Authority } from "./account/authority";
import type { CloudPort } from "./account/cloud-port";
import { Store } from "./account/store";
import { ApiServer } from "./api/api-server";
import { type Clock, MovableClock } from "./clock";
import { Resolver } from "./dns/resolver";
import { UserError } from "./errors";
import type { ControlPlanes } from "./kubernetes/control-planes";
import { StateDirectory } from "./state-directory";

/** Creates the control planes: `createControlPlanes` of ./kubernetes, or a test's own. */
export type CreateControlPlanes = (options: {
  readonly stateDirectory: string;
  readonly cloud: CloudPort;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}) => ControlPlanes;

export interface EmulatorOptions {
  /** Folder of the account, its clusters and the token. */
  readonly stateDirectory: string;
  readonly createControlPlanes: CreateControlPlanes;
  /** @default - the port of the last start, at the first start a free one */
  readonly port?: number | undefined;
  /** @default - the machine's clock, moved as far as the account was moved before */
  readonly clock?: MovableClock;
  /** @default - no log */
  readonly log?: (line: string) => void;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly token: string;
  readonly account: Account;
  /** Stops the server and all clusters; the state stays. */
  close(): Promise<void>;
}

/**
 * Serves an emulated DigitalOcean account on loopback.
 * @throws UserError if the state directory is served already, cannot be read, or the port is taken
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { createControlPlanes, log = () => {} } = options;
  const stateDirectory = resolve(options.stateDirectory);
  const directory = new StateDirectory(stateDirectory);
  await directory.checkIsFree();
  const clock = options.clock ?? new MovableClock();
  const store = new Store(join(stateDirectory, "account.json"), clock.now());
  clock.advance(store.clockOffsetMs);
  const account = new Account({
    store,
    clock,
    authority: new Authority(stateDirectory),
    createControlPlanes: (cloud) => createControlPlanes({ stateDirectory, cloud, clock, log }),
    log,
  });
  const advanceClock = (milliseconds: number) => {
    clock.advance(milliseconds);
    store.clockOffsetMs += milliseconds;
  };
  const server = new ApiServer({ account, token: directory.token, advanceClock, log });
  const { http } = server;
  const url = await listen(http, options.port ?? directory.port ?? 0).catch(async (error) => {
    await account.close();
    throw error;
  });
  // The API's port, for UDP. Without it, everything except DNS works.
  const resolver = new Resolver(account.domains, log);
  await resolver.listen(Number(new URL(url).port)).catch((error: unknown) => {
    log(`names are not resolved: ${String(error)}`);
  });
  directory.claim(url);
  store.flush();
  account.lifecycle.resume().then(
    () => server.markReady(),
    (error: unknown) => log(`clusters could not be resumed: ${String(error)}`),
  );
  return {
    url,
    token: directory.token,
    account,
    close: async () => {
      await stopServing(http);
      resolver.close();
      await account.close();
      directory.release();
    },
  };
}

/** @throws UserError if the port is taken */
async function listen(http: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    http.once("error", (cause) =>
      reject(
        new UserError(
          `the emulator cannot listen on 127.0.0.1:${port}: ${cause.message}`,
          "end the program that uses the port, or start the emulator with --port <another>",
          { cause },
        ),
      ),
    );
    http.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

function stopServing(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
