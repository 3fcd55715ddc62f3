import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { runChild } from "./child";
import type { Context } from "./context";
import { describeError, UserError } from "./errors";
import type { Pin } from "./pins";
import { toolFolder } from "./places";
import { withProgress } from "./progress";
import { officialRelease, type Release } from "./releases";

/** Timeout for a host's first answer, in milliseconds. After it, the network counts as closed. */
const PROBE_MILLISECONDS = 3_000;
/** Timeout for a whole archive, in milliseconds. */
const ARCHIVE_MILLISECONDS = 10 * 60_000;
const MIB = 1024 * 1024;

/** A file beside an official binary in the cache. A build has none. */
export const ORIGIN_FILE = "downloaded-from";

/** Hosts that did not answer in this run. They are not tried again. */
const silentHosts = new Set<string>();

/** Whether a URL can be downloaded. Decides within 3 seconds. */
export async function isServed(url: string): Promise<boolean> {
  const { host } = new URL(url);
  if (silentHosts.has(host)) {
    return false;
  }
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MILLISECONDS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    silentHosts.add(host); // The reason does not matter: no download is possible.
    return false;
  }
}

/**
 * Downloads a binary's official release into the cache, and verifies it against this repository's checksum.
 *
 * @param release the release to download
 * @returns whether it succeeded; `false` also after a broken connection, because a build is better then
 * @throws {UserError} when the file differs from the published one
 */
export async function downloadTool(
  pin: Pin,
  context: Context,
  release = officialRelease(pin, { os: process.platform, arch: process.arch }),
): Promise<boolean> {
  if (release === undefined || !(await isServed(release.url))) {
    return false;
  }
  const folder = toolFolder(context.places.cache, pin.name, pin.version);
  const work = `${folder}.part-${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    const archive = path.join(work, path.basename(new URL(release.url).pathname));
    const actual = await fetchArchive(pin, release, archive, context);
    if (actual === undefined) {
      return false;
    }
    verify(pin, release, actual);
    await install(pin, release, archive, folder);
    return true;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes the archive to `file` and returns its SHA-256; `undefined` after a network failure. */
async function fetchArchive(
  pin: Pin,
  release: Release,
  file: string,
  { say }: Context,
): Promise<string | undefined> {
  const hash = createHash("sha256");
  let received = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      received += chunk.length;
      done(null, chunk);
    },
  });
  say(`downloading ${pin.name} ${pin.version} from ${new URL(release.url).host}`);
  try {
    const response = await fetch(release.url, {
      signal: AbortSignal.timeout(ARCHIVE_MILLISECONDS),
    });
    if (!response.ok || response.body === null) {
      throw new Error(`it answered ${response.status} for ${release.url}`);
    }
    const total = Number(response.headers.get("content-length"));
    const describe = () =>
      `downloading ${pin.name}: ${Math.floor(received / MIB)} of ${Math.ceil(total / MIB)} MiB`;
    const body = Readable.from(response.body);
    await withProgress(say, describe, () => pipeline(body, meter, createWriteStream(file)));
    return hash.digest("hex");
  } catch (error) {
    say(`downloading ${pin.name} failed (${describeError(error)}); building it instead`);
    return undefined;
  }
}

function verify(pin: Pin, { url, sha256 }: Release, actual: string): void {
  if (sha256 !== actual) {
    throw new UserError(
      `${pin.name} ${pin.version}: verifying the download failed: ${url} has SHA-256 ${actual}, ` +
        `but packages/toolchain/checksums.ts has ${sha256}`,
      `try again; if it happens again, do not use that file: put ${pin.name} ${pin.version} on PATH yourself`,
    );
  }
}

/** Moves an archive's executables into place. The one that other code checks for is last. */
async function install(pin: Pin, release: Release, archive: string, folder: string): Promise<void> {
  const unpacked = release.archiveFolder
    ? path.join(path.dirname(archive), release.archiveFolder)
    : path.dirname(archive);
  if (release.archiveFolder) {
    await unpack(pin, archive);
  } else {
    await chmod(archive, 0o755);
  }
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, ORIGIN_FILE), `${release.url}\n`);
  const files = (await readdir(unpacked, { withFileTypes: true })).filter((file) => file.isFile());
  const lastOf = (name: string) => Number(name === pin.name);
  for (const { name } of files.sort((a, b) => lastOf(a.name) - lastOf(b.name))) {
    await rename(path.join(unpacked, name), path.join(folder, name));
  }
}

async function unpack(pin: Pin, archive: string): Promise<void> {
  const tar = await runChild("tar", ["-xzf", archive, "-C", path.dirname(archive)], {
    env: process.env,
  });
  if (tar.code !== 0) {
    throw new UserError(
      `${pin.name} ${pin.version}: unpacking ${path.basename(archive)} failed: ${tar.output}`,
      "check that `tar` and `gzip` are installed, and that the disk is not full",
    );
  }
}
