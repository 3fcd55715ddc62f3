// @ts-check
/** Keeps a credential between kubectl commands, in a file that only its owner can read. */
const { createHash, randomBytes } = require("node:crypto");
const fs = require("node:fs");
const { userInfo } = require("node:os");
const path = require("node:path");

/** A credential that expires sooner is not used, because a command may take a while. */
const MARGIN_MS = 5 * 60_000;
/** The maximum time that a credential is kept, even if it expires later: this machine's clock may be wrong. */
const LONGEST_LIFE_MS = 3600_000;
/** The number of processes that an entry remembers. */
const CALLERS = 16;

/** The content of a file. @typedef {{usableUntil: number, callers: number[], status: Status}} Entry */
/** @typedef {import("./digitalocean").Status} Status */

class CredentialCache {
  /**
   * @param {string} folder
   * @param {readonly string[]} key - all properties that distinguish this credential from others
   */
  constructor(folder, key) {
    this.folder = folder;
    this.file = path.join(folder, createHash("sha256").update(JSON.stringify(key)).digest("hex"));
  }

  /**
   * Returns the kept credential, if it is still valid.
   *
   * client-go keeps a credential while its process runs. It asks again before the expiry only when the API server has
   * refused the credential, without reporting that. So no caller gets the same credential twice.
   *
   * @param {number | undefined} caller - process id of the client-go
   * @returns {Status | undefined}
   */
  read(caller) {
    const entry = readEntry(this.file);
    if (
      entry === undefined ||
      entry.usableUntil <= Date.now() ||
      (caller !== undefined && entry.callers.includes(caller))
    ) {
      return undefined;
    }
    if (caller !== undefined) {
      try {
        this.replace({ ...entry, callers: [...entry.callers, caller].slice(-CALLERS) });
      } catch {
        // If it is refused, it is returned once more.
      }
    }
    return entry.status;
  }

  /**
   * Keeps a credential, and removes files that have expired for certain.
   *
   * @param {Status} status
   * @param {number | undefined} caller - process id of the client-go that has it already
   * @throws {Error} when it cannot be written
   */
  write(status, caller) {
    const now = Date.now();
    const usableUntil =
      Math.min(Date.parse(status.expirationTimestamp ?? ""), now + LONGEST_LIFE_MS) - MARGIN_MS;
    // Also true for a credential without an expiry.
    if (!(usableUntil > now)) {
      this.drop();
      return;
    }
    fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    fs.chmodSync(this.folder, 0o700);
    this.replace({ usableUntil, callers: caller === undefined ? [] : [caller], status });
    this.sweep(now);
  }

  /** Forgets the credential. */
  drop() {
    try {
      fs.rmSync(this.file, { force: true });
    } catch {
      // The entry expires anyway.
    }
  }

  /**
   * Renames a complete file into place, so that concurrent readers get either the old or the new one.
   *
   * @param {Entry} entry
   */
  replace(entry) {
    const temporary = `${this.file}.${randomBytes(8).toString("hex")}`;
    try {
      fs.writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600, flag: "wx" });
      fs.renameSync(temporary, this.file);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** @param {number} now */
  sweep(now) {
    for (const name of fs.readdirSync(this.folder)) {
      const file = path.join(this.folder, name);
      const about = fs.lstatSync(file, { throwIfNoEntry: false });
      if (about?.isFile() && about.mtimeMs < now - LONGEST_LIFE_MS) {
        fs.rmSync(file, { force: true });
      }
    }
  }
}

/**
 * The folder of the cache, or undefined without a home directory.
 *
 * @param {NodeJS.ProcessEnv} env
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a relative XDG_CACHE_HOME must be ignored)
 */
function cacheFolder({ XDG_CACHE_HOME: xdg, HOME: home }) {
  try {
    const base =
      xdg && path.isAbsolute(xdg) ? xdg : path.join(home || userInfo().homedir, ".cache");
    return path.isAbsolute(base) ? path.join(base, "ephemeral-doks", "credentials") : undefined;
  } catch {
    // Neither the environment nor the system has one.
    return undefined;
  }
}

/**
 * The content of a file, or undefined when it is missing, unreadable, damaged, or readable by other users.
 *
 * @param {string} file
 * @returns {Entry | undefined}
 */
function readEntry(file) {
  try {
    const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
    try {
      const { mode, uid } = fs.fstatSync(descriptor);
      const isPrivate = (mode & 0o177) === 0 && uid === process.getuid?.();
      const entry = JSON.parse(fs.readFileSync(descriptor, "utf8"));
      return isPrivate && isEntry(entry) ? entry : undefined;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/**
 * @param {any} value
 * @returns {value is Entry}
 */
function isEntry(value) {
  return (
    typeof value?.usableUntil === "number" &&
    Array.isArray(value.callers) &&
    typeof value.status?.expirationTimestamp === "string" &&
    (typeof value.status.token === "string" ||
      (typeof value.status.clientCertificateData === "string" &&
        typeof value.status.clientKeyData === "string"))
  );
}

module.exports = { CredentialCache, cacheFolder };
