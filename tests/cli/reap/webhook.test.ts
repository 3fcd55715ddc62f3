import type { IncomingMessage } from "node:http";
import type { Warning } from "../../../cli/reap/policy/warning-text";
import { postToWebhook, webhookUrl } from "../../../cli/reap/webhook";
import { withServer } from "../../helpers/local-server";
import { NOW } from "./policy/fixtures";

const WARNING: Warning = {
  subject: "alice-dev",
  due: { action: "destroy", cause: "ttl", at: NOW, needsEvidence: false, why: "" },
  step: 60,
  text: "alice-dev will be destroyed: <soon> & surely",
  keep: "doks-env extend alice-dev 1d",
};
const never = new AbortController().signal;
const SECRET = "/services/T0/B0/very-secret";

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

describe("webhookUrl", () => {
  it.each(["https://hooks.slack.com/services/T/B/X", "http://127.0.0.1:8080/x"])(
    "accepts %s",
    (url) => expect(webhookUrl(url)).toBe(url),
  );

  it.each(["http://hooks.slack.com/services/very-secret", "very-secret", "file:///very-secret"])(
    "fails for %s, without showing it",
    (url) => {
      expect(() => webhookUrl(url)).toThrow("DOKS_ENV_WEBHOOK_URL is not an https address");
      expect(() => webhookUrl(url)).not.toThrow("very-secret");
    },
  );
});

describe("postToWebhook", () => {
  it("posts a message in Slack's format, with the command that keeps the environment", async () => {
    const bodies: Promise<unknown>[] = [];
    await withServer(
      (request, response) => {
        bodies.push(bodyOf(request));
        void bodies.at(-1)?.then(() => response.end("ok"));
      },
      async ({ url, requests }) => {
        await postToWebhook(url + SECRET, WARNING, never);
        expect(requests.map(({ method, url: path }) => [method, path])).toEqual([["POST", SECRET]]);
        expect(await Promise.all(bodies)).toEqual([
          {
            text: "alice-dev will be destroyed: &lt;soon&gt; &amp; surely\nTo keep it: `doks-env extend alice-dev 1d`",
          },
        ]);
      },
    );
  });

  it.each([429, 503])("repeats a message after %d", async (status) => {
    let answers = 0;
    await withServer(
      (_, response) =>
        response.writeHead(answers++ === 0 ? status : 200, { "retry-after": "0" }).end(),
      async ({ url, requests }) => {
        await postToWebhook(url, WARNING, never);
        expect(requests).toHaveLength(2);
      },
    );
  });

  it.each([302, 400, 404, 500])(
    "fails at once for %d, without showing the address",
    async (status) => {
      await withServer(
        (_, response) => response.writeHead(status, { location: "/elsewhere" }).end("very-secret"),
        async ({ url, requests }) => {
          const posted = postToWebhook(url + SECRET, WARNING, never);
          await expect(posted).rejects.toThrow(new Error(`the webhook answers ${status}`));
          expect(requests).toHaveLength(1);
        },
      );
    },
  );

  it("does not repeat a message that may have been delivered", async () => {
    await withServer(
      (request) => request.socket.destroy(),
      async ({ url, requests }) => {
        const posted = postToWebhook(url + SECRET, WARNING, never);
        await expect(posted).rejects.toThrow(/^the webhook does not answer \(\w+\)$/);
        expect(requests).toHaveLength(1);
      },
    );
  });
});
