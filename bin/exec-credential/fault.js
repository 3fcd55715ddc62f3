// @ts-check
/** A fault that its reader can mend: what happened and, on a line of its own, what to do about it. */
class Fault extends Error {
  /**
   * @param {string} message
   * @param {string} fix - a sentence or a command
   */
  constructor(message, fix) {
    super(`${message}\n  fix: ${fix}`);
  }
}

/** Whoever gives the credential says no. One that it gave before is worth nothing any more. */
class Refusal extends Fault {}

module.exports = { Fault, Refusal };
