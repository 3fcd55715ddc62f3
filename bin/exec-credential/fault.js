// @ts-check
/** An error that its reader can fix: the message and, on its own line, the remedy. */
class Fault extends Error {
  /**
   * @param {string} message
   * @param {string} fix - a sentence or a command
   */
  constructor(message, fix) {
    super(`${message}\n  fix: ${fix}`);
  }
}

/** The issuer refuses. An earlier credential from it is no longer valid. */
class Refusal extends Fault {}

module.exports = { Fault, Refusal };
