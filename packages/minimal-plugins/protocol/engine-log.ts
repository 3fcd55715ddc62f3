/** Messages from a plugin to the user, through the engine. */
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";
import { CHANNEL_OPTIONS } from "./channel";

/** The connection to the engine's log, which all requests share. */
export class Engine {
  private readonly client: EngineClient;

  /** @param address - host and port of the engine, from the plugin's arguments */
  public constructor(address: string) {
    this.client = new EngineClient(address, credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Resolves when the engine has the message, or has ended. */
  public log(request: LogRequest): Promise<void> {
    return new Promise((resolve) => {
      this.client.log(request, () => resolve());
    });
  }

  public close(): void {
    this.client.close();
  }
}

/** The messages about one resource. */
export class EngineLog {
  private sent: Promise<void> = Promise.resolve();

  /**
   * @param engine - undefined when the plugin runs without one, and drops messages
   * @param urn empty for messages about the whole update.
   */
  public constructor(
    private readonly engine: Engine | undefined,
    private readonly urn: string,
  ) {}

  public debug(message: string): void {
    this.send(LogSeverity.DEBUG, message, false);
  }

  public info(message: string): void {
    this.send(LogSeverity.INFO, message, false);
  }

  public warning(message: string): void {
    this.send(LogSeverity.WARNING, message, false);
  }

  public error(message: string): void {
    this.send(LogSeverity.ERROR, message, false);
  }

  /** Shows a message in the resource's line of the progress display only; the next one takes its place. */
  public status(message: string): void {
    this.send(LogSeverity.INFO, message, true);
  }

  /** Resolves when the engine has every message sent so far, in the order they were sent in. */
  public flushed(): Promise<void> {
    return this.sent;
  }

  private send(severity: LogSeverity, message: string, ephemeral: boolean): void {
    const { engine } = this;
    if (engine === undefined) {
      return;
    }
    const request = new LogRequest()
      .setSeverity(severity)
      .setMessage(message)
      .setUrn(this.urn)
      .setEphemeral(ephemeral);
    this.sent = this.sent.then(() => engine.log(request));
  }
}
