// @ts-check
/** A fault that its reader can fix: what happened and, on a line of its own, what to do about it. */
class Fault extends Error {
  /**
   * @param {string} message
   * @param {string} fix - a sentence or a command
   */
  constructor(message, fix) {
    super(`${message}\n  fix: ${fix}`);
  }
}

/** The issuer refuses. A credential that it gave before is not valid any more. */
class Refusal extends Fault {}

module.exports = { Fault, Refusal };
