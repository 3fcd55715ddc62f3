// @ts-check
/** HTTP for what may be asked again, because it changes nothing that matters. */
const http = require("node:http");
const https = require("node:https");
const { throughProxy } = require("../proxy");
const { Fault } = require("./fault");

const ATTEMPTS = 4;
const REQUEST_TIMEOUT_MS = 15_000;
/** Longest wait that a `retry-after` may ask for. */
const LONGEST_WAIT_SECONDS = 30;
/** How much of an unexpected answer is shown. */
const EXCERPT_LENGTH = 300;

/**
 * @typedef {object} Question
 * @property {"GET" | "POST"} method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {object} [body] - sent as JSON
 * @property {{ca: string, cert?: string, key?: string}} [tls] - whom to trust, and who asks; PEM
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} text
 */

/**
 * Asks, and asks again after a rate limit, a server's fault or a broken connection.
 *
 * @param {Question} question
 * @returns {Promise<Answer>}
 * @throws {Fault} when there is no answer
 */
async function ask(question) {
  try {
    return await askPatiently(question, ATTEMPTS);
  } catch (error) {
    // When all addresses of a name were tried, the error has a code and no message.
    const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Fault(
      `${question.url} cannot be reached: ${message || code}`,
      "check the network, the proxy (HTTPS_PROXY) if there is one, and DIGITALOCEAN_API_URL if it is set",
    );
  }
}

/**
 * @param {Question} question
 * @param {number} attempts
 * @returns {Promise<Answer>}
 */
async function askPatiently(question, attempts) {
  let waitSeconds = 1;
  try {
    const { retryAfter, ...answer } = await askOnce(question);
    const passing = answer.status === 429 || answer.status >= 500;
    if (!passing || attempts <= 1) {
      return answer;
    }
    waitSeconds = Math.min(retryAfter || 1, LONGEST_WAIT_SECONDS);
  } catch (error) {
    if (attempts <= 1) {
      throw error;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000));
  return askPatiently(question, attempts - 1);
}

/**
 * @param {Question} question
 * @returns {Promise<Answer & {retryAfter: number}>}
 */
function askOnce({ method, url, headers, body, tls }) {
  const client = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.request(
      url,
      {
        method,
        headers: {
          accept: "application/json",
          ...(body && { "content-type": "application/json" }),
          ...headers,
        },
        timeout: REQUEST_TIMEOUT_MS,
        ...throughProxy(url),
        ...tls,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: Number(response.headers["retry-after"] ?? 1),
            text,
          }),
        );
      },
    );
    request.on("timeout", () =>
      request.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`)),
    );
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
}

/**
 * The content of an answer, or undefined when it is not JSON. An error does not repeat it, because it may hold a secret.
 *
 * @param {Answer} answer
 */
function contentOf({ text }) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The words of an answer that gives nothing.
 *
 * @param {Answer} answer
 */
function wordsOf({ text }) {
  return text.trim().slice(0, EXCERPT_LENGTH);
}

module.exports = { ask, contentOf, wordsOf };
