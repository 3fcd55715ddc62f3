/** A frame whose path ends right behind a package's name, or behind its scope: `node_modules/@pulumi/resource.ts:1598:22`. */
const ENDLESS = /[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+$/;

/**
 * Takes the frames out of errors that Node cannot print in colour. At such a frame `util.inspect` of some
 * versions, 20.20.2 among them, adds to a string until that is too long: 23 s at full load (nodejs/node#64011; 2 cores,
 * 2026-11-28). The source maps of Pulumi's SDK make one in nearly every stack, and Pulumi inspects in colour whatever a
 * program throws, a RunError as well, of which it then shows the message alone.
 *
 * @param process - told of each error before those who listen already
 */
export function dropEndlessFrames(process: NodeJS.EventEmitter): void {
  process.prependListener("unhandledRejection", drop);
  process.prependListener("uncaughtException", drop);
}

function drop(error: unknown): void {
  if (error instanceof Error) {
    error.stack = error.stack
      ?.split("\n")
      .filter((line) => !ENDLESS.test(line))
      .join("\n");
    drop(error.cause);
  }
}
