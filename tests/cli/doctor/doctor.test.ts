import { join } from "node:path";
import { certificateName, certifiedNames } from "../../../core/names";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { Machine } from "./support/machine";

let emulator: TestEmulator;
let machine: Machine;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  machine = new Machine();
  machine.env = {
    ...machine.env,
    DIGITALOCEAN_API_URL: emulator.url,
    DIGITALOCEAN_TOKEN: emulator.token,
  };
});
afterEach(async () => {
  machine.dispose();
  await emulator.close();
});

async function tokenWith(...scopes: string[]): Promise<string> {
  const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", { scopes });
  return body.token;
}

describe("doctor", () => {
  it("finds no fault, and ends with the command for a first environment", async () => {
    const { text, exitCode } = await machine.doctor();
    expect(exitCode).toBe(0);
    expect(
      `\n${text.replaceAll(machine.folder, "~").replaceAll(process.versions.node, "20.0.0")}`,
    ).toBe(`
  ✓ node                 20.0.0
  ✓ doks-env             ~/bin/doks-env
  ✓ kubectl              1.35.4 (~/bin/kubectl)
  ✓ git                  2.39.5 (~/bin/git)
  ✓ packages             all 3 are in node_modules
  ✓ pulumi               3.259.0 (~/bin/pulumi)
  ✓ plugin nodejs        ~/bin/pulumi-language-nodejs
  ✓ plugin digitalocean  4.80.1, installed
  ✓ profile dev          kustomize/dev on 2 x s-2vcpu-4gb in fra1, Kubernetes 1.35, for 7d
  ✓ backend              file://~/backend has 0 stacks
  ✓ passphrase           PULUMI_CONFIG_PASSPHRASE is set
  ✓ account              the account of developer@example.com is active
  ✓ token scopes         the token has all read scopes; write scopes cannot be checked before use
  ✓ Droplet limit        3 new Droplets needed, 25 left in the account
  ✓ registry             the account has none; no profile uses one

no faults; next: doks-env up alice-dev
`);
  });

  it("reports all missing tools at once, each with a command that fixes it", async () => {
    machine.env = { PATH: join(machine.folder, "nowhere"), HOME: machine.folder, USER: "Al Ice" };
    machine.remove("node_modules");
    const { findings, text, exitCode } = await machine.doctor();
    expect(exitCode).toBe(1);
    const faults = findings.filter(({ state }) => state === "fault");
    expect(faults.map(({ subject, fix }) => [subject, fix?.split("\n")[0]])).toEqual([
      ["kubectl", expect.stringMatching(/^curl .*dl\.k8s\.io.*kubectl|^brew install kubectl$/)],
      ["packages", `npm ci   # in ${machine.project}`],
      ["pulumi", expect.stringMatching(/^curl .*get\.pulumi\.com \| sh && export PATH=/)],
      ["backend", expect.stringMatching(/^pulumi login --local /)],
      [
        "token",
        expect.stringMatching(
          /^export DIGITALOCEAN_TOKEN=.*kubernetes.*tag; for a domain also domain, certificate:read; for reap also monitoring/,
        ),
      ],
    ]);
    expect(text).toContain('eval "$(make -s -C /opt/ephemeral-doks env)"');
    expect(text).toContain('export PATH="/opt/ephemeral-doks/bin:$PATH"');
    expect(text).toMatch(/\n5 faults: fix from the top, then `doks-env doctor` again\n$/);
  });

  it("passes with warnings, and names the stack after the user", async () => {
    machine.uninstall("git");
    machine.env.USER = "Al Ice";
    const { text, exitCode, about } = await machine.doctor();
    expect(about("git")).toMatchObject([{ state: "warning" }]);
    expect(text).toMatch(/\n1 warning, no faults; next: doks-env up al-ice-dev\n$/);
    expect(exitCode).toBe(0);
  });

  it("does not show secrets", async () => {
    const { text, findings } = await machine.doctor();
    for (const shown of [text, JSON.stringify(findings)]) {
      expect(shown).not.toContain(emulator.token);
      expect(shown).not.toContain(machine.env.PULUMI_CONFIG_PASSPHRASE);
    }
  });

  describe("of the tools", () => {
    it("accepts kustomize instead of kubectl", async () => {
      machine.uninstall("kubectl");
      machine.install("kustomize", "echo v5.7.1");
      expect((await machine.doctor()).about("kubectl")).toMatchObject([
        {
          state: "warning",
          found: `not on PATH; kustomize 5.7.1 (${machine.folder}/bin/kustomize) renders instead`,
        },
      ]);
    });

    it("reports why a tool cannot be run", async () => {
      const kubectl = machine.install("kubectl", "echo first >&2; echo wrong format >&2; exit 1");
      const pulumi = machine.install("pulumi", "echo no libc >&2; exit 1");
      const { about } = await machine.doctor();
      expect(about("kubectl")).toMatchObject([
        { state: "fault", found: `${kubectl} cannot be run: wrong format` },
      ]);
      expect(about("pulumi")).toMatchObject([
        { state: "fault", found: `${pulumi} cannot be run: no libc` },
      ]);
    });

    it.each([
      ["v3.247.9", "fault"],
      ["v3.248.0", "ok"],
      ["v3.1000.0", "ok"],
    ])("reports pulumi %s with SDK 3.248.0 as %s", async (version, state) => {
      machine.installPulumi(version);
      expect((await machine.doctor()).about("pulumi")).toMatchObject([
        { state, ...(state === "fault" ? { wanted: "3.248.0 or newer" } : {}) },
      ]);
    });
  });

  describe("of the plugins", () => {
    const PLUGIN = "plugin digitalocean";

    it("expects pulumi to download missing plugins", async () => {
      machine.installPulumi("v3.259.0", [
        { name: "digitalocean", kind: "resource", version: "4.80.0" },
      ]);
      expect((await machine.doctor()).about(PLUGIN)).toEqual([
        { state: "ok", found: "4.80.1; the first `up` downloads it" },
      ]);
      machine.env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = "true";
      expect((await machine.doctor()).about(PLUGIN)).toMatchObject([
        {
          state: "warning",
          wanted: "4.80.1",
          fix: "pulumi plugin install resource digitalocean v4.80.1",
        },
      ]);
    });

    it("prefers plugins on PATH, unless pulumi ignores them", async () => {
      const file = machine.install("pulumi-resource-digitalocean", "");
      expect((await machine.doctor()).about(PLUGIN)).toEqual([{ state: "ok", found: file }]);
      machine.env.PULUMI_IGNORE_AMBIENT_PLUGINS = "1";
      expect((await machine.doctor()).about(PLUGIN)).toEqual([
        { state: "ok", found: "4.80.1, installed" },
      ]);
    });

    it("also finds the language host next to pulumi", async () => {
      machine.env.PULUMI_IGNORE_AMBIENT_PLUGINS = "true";
      expect((await machine.doctor()).about("plugin nodejs")).toMatchObject([{ state: "ok" }]);
      machine.uninstall("pulumi-language-nodejs");
      expect((await machine.doctor()).about("plugin nodejs")).toMatchObject([{ state: "fault" }]);
    });
  });

  describe("of the project", () => {
    it("reports a package in another version than pinned", async () => {
      machine.write("node_modules/zod/package.json", '{ "version": "3.0.0" }');
      expect((await machine.doctor()).about("packages")).toMatchObject([
        { state: "fault", found: expect.stringMatching(/^zod /) },
      ]);
    });

    it("reports each fault of each profile, and proposes a profile without faults", async () => {
      machine.write("Pulumi.dev.yaml", "config:\n  shop:nodeCount: none\n  shop:regin: fra1\n");
      machine.write("Pulumi.ci.yaml", "config:\n  shop:nodeCount: 3\n");
      machine.write("Pulumi.odd.yaml", "config: {");
      machine.write("Pulumi.lost.yaml", "config:\n  shop:overlay: nowhere\n");
      machine.write("kustomize/ci/kustomization.yaml", "resources: []\n");
      const { about, text, exitCode } = await machine.doctor();
      expect(about("profile dev")).toEqual([
        {
          state: "fault",
          found: expect.stringMatching(
            /^nodeCount must be a whole number .* \(in Pulumi.dev.yaml\)/,
          ),
          fix: "edit nodeCount in Pulumi.dev.yaml",
        },
        {
          state: "fault",
          found: expect.stringContaining("did you mean region?"),
          fix: "remove it from Pulumi.dev.yaml",
        },
      ]);
      expect(about("profile odd")).toMatchObject([{ state: "fault" }]);
      expect(about("profile lost")).toMatchObject([
        { state: "fault", found: 'overlay "nowhere" does not exist' },
      ]);
      expect(about("profile ci")).toMatchObject([
        { state: "ok", found: expect.stringContaining("3 x s-2vcpu-4gb") },
      ]);
      // The account is looked at for an environment of the good one.
      expect(about("Droplet limit")).toMatchObject([{ found: expect.stringMatching(/^4 new/) }]);
      expect(text).toMatch(/\n4 faults: [^\n]*\n$/);
      expect(exitCode).toBe(1);
    });

    it("ignores a stack's own file", async () => {
      machine.write("Pulumi.any-dev.yaml", "config:\n  shop:nodeCount: none\n");
      expect((await machine.doctor()).exitCode).toBe(0);
    });

    it("does not require an overlay for a shared cluster or a domain", async () => {
      const nodes = "shop:minNodes: 2, shop:maxNodes: 10";
      machine.write("Pulumi.shared.yaml", `config: {shop:placement: host, ${nodes}}\n`);
      machine.write(
        "Pulumi.domain.yaml",
        "config: {shop:placement: domain, shop:domain: a.example.com}\n",
      );
      const { about } = await machine.doctor();
      expect(about("profile shared")).toEqual([
        {
          state: "ok",
          found:
            "a shared cluster, without an overlay: 2 to 10 x s-2vcpu-4gb in fra1, Kubernetes 1.35",
        },
      ]);
      expect(about("profile domain")).toMatchObject([{ state: "ok" }]);
    });

    it("reports missing profiles, and still checks the account", async () => {
      machine.remove("Pulumi.dev.yaml");
      const { about } = await machine.doctor();
      expect(about("profiles")).toMatchObject([
        { state: "fault", fix: expect.stringMatching(/^echo 'config: {}' > Pulumi.dev.yaml/) },
      ]);
      expect(about("account")).toMatchObject([{ state: "ok" }]);
    });
  });

  describe("of the backend", () => {
    it("counts the stacks, and lists those that cannot be read", async () => {
      const stacks = "backend/.pulumi/stacks/shop";
      machine.write(`../${stacks}/alice-dev.json`, '{"version":3,"checkpoint":{}}');
      expect((await machine.doctor()).about("backend")).toMatchObject([
        { state: "ok", found: expect.stringMatching(/ has 1 stack$/) },
      ]);
      machine.write(`../${stacks}/bob-dev.json`, "broken");
      expect((await machine.doctor()).about("backend")).toMatchObject([
        { state: "warning", found: expect.stringMatching(/ has 2 stacks; unreadable: bob-dev$/) },
      ]);
    });

    it("proposes a command that creates a missing folder", async () => {
      machine.env.PULUMI_BACKEND_URL = "file:///nowhere/at%20all";
      expect((await machine.doctor()).about("backend")).toMatchObject([
        { state: "fault", fix: "mkdir -p '/nowhere/at all'" },
      ]);
    });

    it("requires a login for Pulumi Cloud, but no passphrase", async () => {
      machine.env.PULUMI_BACKEND_URL = "https://api.pulumi.com";
      delete machine.env.PULUMI_CONFIG_PASSPHRASE;
      const { about } = await machine.doctor();
      expect(about("backend")).toMatchObject([
        { state: "fault", fix: expect.stringMatching(/^pulumi login --local .*\npulumi login /) },
      ]);
      expect(about("passphrase")).toEqual([]);
    });

    it.each(["echo '[]'", "exit 1"])("does not show a password in its URL: %s", async (answer) => {
      machine.env.PULUMI_BACKEND_URL = "postgres://me:s3cret@db/state";
      machine.install("pulumi", answer);
      const { text, about } = await machine.doctor();
      expect(about("backend")).toMatchObject([{ found: expect.stringContaining("//db/state") }]);
      expect(text).not.toContain("s3cret");
    });

    it.each([
      ["an empty one", { PULUMI_CONFIG_PASSPHRASE: "" }, "ok"],
      ["a file, from the project's folder", { PULUMI_CONFIG_PASSPHRASE_FILE: "Pulumi.yaml" }, "ok"],
      ["a file that is not there", { PULUMI_CONFIG_PASSPHRASE_FILE: "nowhere" }, "fault"],
      ["none", {}, "fault"],
    ])("checks the passphrase: %s", async (_, env, state) => {
      delete machine.env.PULUMI_CONFIG_PASSPHRASE;
      Object.assign(machine.env, env);
      expect((await machine.doctor()).about("passphrase")).toMatchObject([{ state }]);
    });

    it("does not require a passphrase for stacks with a key service", async () => {
      delete machine.env.PULUMI_CONFIG_PASSPHRASE;
      machine.write("Pulumi.alice-dev.yaml", "secretsprovider: awskms://alias/pulumi?region=eu\n");
      expect((await machine.doctor()).about("passphrase")).toMatchObject([
        {
          state: "warning",
          fix: expect.stringContaining("--secrets-provider 'awskms://alias/pulumi?region=eu'"),
        },
      ]);
    });
  });

  describe("of the account", () => {
    it("stops at an invalid token", async () => {
      machine.env.DIGITALOCEAN_TOKEN = "nonsense";
      const { about, findings } = await machine.doctor();
      expect(about("token")).toMatchObject([
        { state: "fault", found: expect.stringMatching(/401/) },
      ]);
      expect(findings.at(-1)?.subject).toBe("token");
    });

    it("lists missing read scopes", async () => {
      machine.env.DIGITALOCEAN_TOKEN = await tokenWith("account:read", "kubernetes:read");
      const { about } = await machine.doctor();
      expect(about("token scopes")).toMatchObject([
        { state: "fault", found: expect.stringMatching(/droplet:read.*load_balancer:read/) },
      ]);
      // No profile needs it.
      expect(about("registry")).toMatchObject([{ state: "warning" }]);
    });

    it("reports settings of a profile that DigitalOcean does not offer, with a command to fix them", async () => {
      machine.write("Pulumi.dev.yaml", "config:\n  shop:region: fra2\n");
      expect((await machine.doctor()).about("region")).toMatchObject([
        { state: "fault", fix: "doks-env up alice-dev --set region=fra1" },
      ]);
    });

    it("checks the domains of the profiles, their delegation and their certificates", async () => {
      const domain = "dev.example.com";
      machine.env = { ...machine.env, DOKS_ENV_DNS_SERVERS: new URL(emulator.url).host };
      machine.write("Pulumi.dev.yaml", `config:\n  shop:domain: ${domain}\n`);
      const found = async () =>
        (await machine.doctor()).about(`domain ${domain}`).map((one) => [one.state, one.found]);
      const missing = ["fault", expect.stringContaining("is not in the account")];
      expect(await found()).toEqual([["fault", "the account does not have it"], missing]);

      await emulator.call("POST", "/v2/domains", { name: domain });
      expect(await found()).toEqual([["ok", "delegated to DigitalOcean"], missing]);
      machine.env = { ...machine.env, DOKS_ENV_DNS_SERVERS: "127.0.0.1:9" };
      expect((await found())[0]).toEqual(["warning", expect.stringContaining("not delegated")]);
      machine.env = { ...machine.env, DOKS_ENV_DNS_SERVERS: new URL(emulator.url).host };

      const names = certifiedNames(domain);
      const certificate = { name: certificateName(domain), type: "lets_encrypt", dns_names: names };
      await emulator.call("POST", "/v2/certificates", certificate);
      expect((await found())[1]).toEqual(["fault", expect.stringContaining("is pending")]);
      emulator.clock.advance(60_000);
      expect((await found())[1]).toEqual([
        "ok",
        expect.stringMatching(/^its certificate is valid/),
      ]);
    });

    it("checks the certificate of a domain's own profile", async () => {
      const domain = "dev.example.com";
      machine.write(
        "Pulumi.domain.yaml",
        `config: {shop:placement: domain, shop:domain: ${domain}}\n`,
      );
      await emulator.call("POST", "/v2/domains", { name: domain });
      expect((await machine.doctor()).about(`domain ${domain}`).at(-1)).toMatchObject({
        state: "fault",
        found: expect.stringContaining("is not in the account"),
        fix: expect.stringContaining("doks-env up <owner>-domain"),
      });
    });

    it("proposes how to recreate a certificate that was not issued", async () => {
      const domain = "dev.example.com";
      machine.write("Pulumi.dev.yaml", `config:\n  shop:domain: ${domain}\n`);
      await emulator.call("POST", "/v2/domains", { name: domain });
      const names = certifiedNames(domain);
      const request = { name: certificateName(domain), type: "lets_encrypt", dns_names: names };
      await emulator.call("POST", "/v2/certificates", request);
      await emulator.call("DELETE", `/v2/domains/${domain}`);
      emulator.clock.advance(60_000);
      await emulator.get("/v2/certificates");
      await emulator.call("POST", "/v2/domains", { name: domain });
      const [id = ""] = emulator.account.certificates.list().map((one) => one.id);
      expect((await machine.doctor()).about(`domain ${domain}`).at(-1)).toMatchObject({
        state: "fault",
        found: expect.stringMatching(/ is in state error: Let's Encrypt did not issue it$/),
        fix: expect.stringContaining(`doctl compute certificate delete ${id} && pulumi refresh`),
      });
    });

    it("reports names, also wildcards, that point to addresses outside the account", async () => {
      const domain = "dev.example.com";
      machine.env = { ...machine.env, DOKS_ENV_DNS_SERVERS: new URL(emulator.url).host };
      machine.write(
        "Pulumi.shared.yaml",
        `config:\n  shop:placement: host\n  shop:domain: ${domain}\n  shop:https: managed\n`,
      );
      await emulator.call("POST", "/v2/domains", { name: domain });
      const lead = async (name: string, data: string) => {
        const path = `/v2/domains/${domain}/records`;
        const { body } = await emulator.call<{ domain_record: { id: number } }>("POST", path, {
          type: "A",
          name,
          data,
        });
        return body.domain_record.id;
      };
      const about = async () =>
        (await machine.doctor())
          .about(`domain ${domain}`)
          .filter(({ found }) => /^record/.test(found));
      expect(await about()).toEqual([]);
      await lead("grafana", "198.51.100.1");
      await lead("api--bob-dev", "192.0.2.9");
      const wildcard = await lead("*", "192.0.2.9");
      const warned = await about();
      expect(warned.map(({ state, found }) => `${state}: ${found}`)).toEqual([
        expect.stringMatching(
          /^warning: record \d+ \(api--bob-dev\.dev\.example\.com A 192\.0\.2\.9\) points to an address that the account does not have$/,
        ),
        expect.stringMatching(/^warning: record \d+ \(\*\.dev\.example\.com A .*every name below/),
      ]);
      expect(warned.map(({ fix }) => fix)).toEqual([
        expect.stringMatching(
          /^doks-env show bob-dev {3}# if there is no such environment: doctl compute domain records delete dev\.example\.com \d+$/,
        ),
        expect.stringContaining(
          `doctl compute domain records update ${domain} --record-id ${wildcard} `,
        ),
      ]);

      await emulator.createCluster();
      const [{ publicIp: address } = { publicIp: "" }] = emulator.account.droplets.list();
      await emulator.call("PATCH", `/v2/domains/${domain}/records/${wildcard}`, {
        type: "A",
        data: address,
      });
      expect((await about()).map(({ found }) => found)).toEqual([
        expect.stringContaining("api--bob-dev"),
      ]);
    });

    it("checks the registries of the profiles", async () => {
      machine.write(
        "Pulumi.dev.yaml",
        "config:\n  shop:registry: {access: integration, name: acme}\n",
      );
      expect((await machine.doctor()).about("registry")).toEqual([
        {
          state: "fault",
          found: 'the account has no container registry named "acme"; it has none (profile dev)',
          fix: "doctl registry create acme   # or edit registry in Pulumi.dev.yaml",
        },
      ]);
      const registry = { name: "acme", subscription_tier_slug: "basic" };
      await emulator.call("POST", "/v2/registries", registry);
      expect((await machine.doctor()).about("registry")).toEqual([
        { state: "ok", found: "registry acme exists (profile dev)" },
      ]);
    });
  });
});
