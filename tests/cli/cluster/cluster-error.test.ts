import { credentialError, ForbiddenError, requestError } from "../../../cli/cluster/cluster-error";

const REQUEST = {
  server: "https://c1.k8s.ondigitalocean.com",
  does: "list Pod objects of namespace alice-dev",
  timeoutSeconds: 10,
  stack: "alice-dev",
};

/** As the client library throws it for an answer of the API server. */
const answer = (code: number, body: unknown) =>
  Object.assign(new Error("HTTP-Code"), { code, body });
const status = (message: string) => JSON.stringify({ kind: "Status", message });

describe("requestError", () => {
  it.each([
    [
      "an expired credential",
      answer(401, undefined),
      "the cluster at https://c1.k8s.ondigitalocean.com does not accept the credential of its kubeconfig (401)",
    ],
    [
      "a fault of the cluster",
      answer(500, status("etcdserver: request timed out")),
      "the cluster at https://c1.k8s.ondigitalocean.com answered 500 to the request to list Pod objects of namespace alice-dev: etcdserver: request timed out",
    ],
    [
      "an answer that is not the API server's",
      answer(502, "<html>Bad Gateway</html>"),
      "the cluster at https://c1.k8s.ondigitalocean.com answered 502 to the request to list Pod objects of namespace alice-dev: <html>Bad Gateway</html>",
    ],
    [
      "no way to it",
      Object.assign(new Error("getaddrinfo ENOTFOUND c1.k8s.ondigitalocean.com"), {
        code: "ENOTFOUND",
      }),
      "the cluster at https://c1.k8s.ondigitalocean.com cannot be reached: getaddrinfo ENOTFOUND c1.k8s.ondigitalocean.com",
    ],
    [
      "no answer in time",
      Object.assign(new Error("The user aborted a request."), { name: "AbortError" }),
      "the cluster at https://c1.k8s.ondigitalocean.com does not answer within 10 s",
    ],
  ])("reports %s", (_, cause, message) => {
    const error = requestError(cause, REQUEST);
    expect(error.message).toBe(message);
    expect(error).not.toBeInstanceOf(ForbiddenError);
    expect(error.fix).not.toBe("");
  });

  it("has its own class for a forbidden request", () => {
    const error = requestError(
      answer(403, status('pods is forbidden: User "bob" cannot list')),
      REQUEST,
    );
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(error.message).toBe(
      'the cluster does not allow this credential to list Pod objects of namespace alice-dev: pods is forbidden: User "bob" cannot list',
    );
  });
});

describe("credentialError", () => {
  it("contains the exec plugin's message, with its fix", () => {
    const error = credentialError(
      new Error("exec-credential: cluster c1 does not exist\n  fix: doks-env down alice-dev\n"),
    );
    expect(error.message).toBe(
      "there is no credential for the cluster: exec-credential: cluster c1 does not exist",
    );
    expect(error.fix).toBe("doks-env down alice-dev");
  });

  it("proposes doctor when the plugin prints no fix, and does not show a token", () => {
    const error = credentialError(new Error("spawn node ENOENT, token=dop_v1_abc"));
    expect(error.message).toBe(
      "there is no credential for the cluster: spawn node ENOENT, token=[redacted]",
    );
    expect(error.fix).toContain("doks-env doctor");
  });
});
