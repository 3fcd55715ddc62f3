import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../../core/settings/config-error";
import { type LoadedSettings, loadSettings, policySettings } from "../../../core/settings/load";
import { loadProjectSettings } from "../../../core/settings/project-settings";
import { OWN_SETTINGS_KEY, revisionOf } from "../../../core/settings/revision";
import { SETTING_NAMES, type Settings } from "../../../core/settings/schema";

// Loading settings needs no running Pulumi: a command cannot wait for it to load.
jest.mock("@pulumi/pulumi", () => {
  throw new Error("Pulumi's runtime was loaded");
});

const PROJECT = "shop";

/** What a profile's file and a stack's config say. */
interface Caps {
  readonly profile?: string;
  readonly stack?: Record<string, string>;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
  write(
    "Pulumi.yaml",
    "name: shop\nconfig:\n  region:\n    type: string\n    default: fra1\n  ttl:\n    default: 7d\n",
  );
  write(
    "Pulumi.dev.yaml",
    "config:\n  shop:ttl: 14d\n  shop:images:\n    api: {tag: dev}\n    web: {tag: dev}\n",
  );
  write("Pulumi.ci.yaml", "config: {}\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string): void {
  writeFileSync(join(folder, file), content);
}

/** Loads as Pulumi would: the engine fills the project's values into the stack's config. */
function load(
  own: Record<string, string> = {},
  stack = "alice-dev",
  secretKeys: readonly string[] = [],
): LoadedSettings {
  const config = { "shop:region": "fra1", "shop:ttl": "7d", ...own };
  return loadSettings({ projectFolder: folder, project: PROJECT, stack, config, secretKeys });
}

function faultsOf(
  own: Record<string, string>,
  stack?: string,
  secretKeys?: readonly string[],
): string[] {
  try {
    load(own, stack, secretKeys);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults.map(({ message, fix }) => `${message} | ${fix}`);
    }
    throw error;
  }
  throw new Error("the configuration was accepted");
}

const hours = (changes: object) =>
  JSON.stringify({ wakeAt: "08:00", sleepAt: "19:30", timeZone: "Europe/Berlin", ...changes });

/** Loads as a command does: from the files alone. */
function loadFromFiles(stack = "alice-dev"): LoadedSettings {
  return loadSettings({ projectFolder: folder, project: PROJECT, stack });
}

describe("inheritance", () => {
  it("orders values: default, project, profile, stack", () => {
    const { settings } = load({ "shop:nodeCount": "3" });
    expect(settings).toMatchObject({
      nodeSize: "s-2vcpu-4gb",
      region: "fra1",
      ttl: "14d",
      nodeCount: 3,
    });
  });

  it("prefers the profile to the project although the engine passes the project's value to the program", () => {
    expect(load().settings.ttl).toBe("14d");
    expect(load({}, "pr-1-ci").settings.ttl).toBe("7d");
  });

  it("prefers the stack's file to its profile, even with the value of the project", () => {
    write("Pulumi.alice-dev.yaml", "config:\n  shop:ttl: 7d\n");
    expect(load().settings.ttl).toBe("7d");
  });

  it("merges objects by key and replaces lists", () => {
    write(
      "Pulumi.dev.yaml",
      "config:\n  shop:images: {api: {tag: dev}, web: {tag: dev}}\n  shop:developers: [{kind: User, name: a}, {kind: User, name: b}]\n",
    );
    const { settings } = load({
      "shop:images": '{"api":{"tag":"mine"}}',
      "shop:developers": '[{"kind":"Group","name":"c"}]',
    });
    expect(settings.images).toEqual({ api: { tag: "mine" }, web: { tag: "dev" } });
    expect(settings.developers).toEqual([{ kind: "Group", name: "c" }]);
  });

  it("reads values that the engine passes only from the stack's file", () => {
    write(
      "Pulumi.alice-dev.yaml",
      `config:
  shop:nodeCount: 3
  shop:protect: true
  shop:kubernetesVersion: 1.35
  shop:images: {api: {tag: mine}}
  shop:developers: '[{"kind":"Group","name":"c"}]'
  other:region: nyc3
  imageTag: pr-7
`,
    );
    const fromEngine = load({
      "shop:nodeCount": "3",
      "shop:protect": "true",
      "shop:kubernetesVersion": "1.35",
      "shop:images": '{"api":{"tag":"mine"}}',
      "shop:developers": '[{"kind":"Group","name":"c"}]',
      "other:region": "nyc3",
      "shop:imageTag": "pr-7",
    });
    expect(loadFromFiles()).toEqual(fromEngine);
    expect(fromEngine.settings).toMatchObject({ region: "fra1", nodeCount: 3, protect: true });
  });

  it("writes no file", () => {
    const before = readdirSync(folder).map((file) => [
      file,
      readFileSync(join(folder, file), "utf8"),
    ]);
    load({ "shop:nodeCount": "3" });
    expect(
      readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]),
    ).toEqual(before);
  });

  it("accepts an empty configuration: everything has a default", () => {
    write("Pulumi.yaml", "name: shop\n");
    const { settings } = loadFromFiles("a-ci");
    expect(settings).toMatchObject({
      placement: "cluster",
      kubernetesVersion: "1.35",
      registry: { access: "none" },
      smokeTest: { enabled: true, path: "/", expectedStatus: 200, timeout: "5m" },
    });
  });
});

describe("an unset setting", () => {
  const DOMAIN = "shop:domain: dev.example.com";
  const HOSTS = "shop:hosts: {api: {service: api, port: 8080}, admin: {service: backoffice}}";
  beforeEach(() => write("Pulumi.dev.yaml", `config:\n  ${DOMAIN}\n  ${HOSTS}\n`));

  it.each<[string, Record<string, string>, Partial<Settings>]>([
    [
      "one key of a map",
      { "shop:hosts": '{"api":null}' },
      { hosts: { admin: { service: "backoffice" } } },
    ],
    [
      "a value deep in it",
      { "shop:hosts": '{"api":{"port":null},"admin":null}' },
      { hosts: { api: { service: "api" } } },
    ],
    ["a map, by the empty text that Pulumi has for null", { "shop:hosts": "" }, { hosts: {} }],
    ["several settings", { "shop:hosts": "", "shop:domain": "" }, { hosts: {}, domain: undefined }],
    [
      "what has a default, also below the project's",
      { "shop:ttl": "", "shop:region": "" },
      { ttl: "7d", region: "fra1" },
    ],
  ])("has the value of no lower layer: %s", (_, own, expected) => {
    write("Pulumi.yaml", "name: shop\nconfig:\n  region: nyc3\n  ttl: 20d\n");
    write("Pulumi.alice-dev.yaml", "config: {shop:ttl: null, shop:region: null}\n");
    const { settings } = load(own);
    expect({ ...settings, domain: settings.domain }).toMatchObject(expected);
    expect(Object.keys(settings.hosts)).toEqual(
      Object.keys(expected.hosts ?? { api: 1, admin: 1 }),
    );
    expect(settings.domain).toBe("domain" in expected ? expected.domain : "dev.example.com");
  });

  it("is null in a stack's file, or the text that Pulumi converts it to", () => {
    write(
      "Pulumi.alice-dev.yaml",
      "config: {shop:domain: null, shop:hosts: {api: null, admin: null}}\n",
    );
    const fromNull = loadFromFiles();
    expect(fromNull.settings).toMatchObject({ hosts: {} });
    expect(fromNull.settings.domain).toBeUndefined();
    write(
      "Pulumi.alice-dev.yaml",
      'config: {shop:domain: "", shop:hosts: {api: null, admin: ""}}\n',
    );
    expect(loadFromFiles().settings).toEqual(fromNull.settings);
    expect(loadFromFiles().stack.revision).toBe(fromNull.stack.revision);
    const engine = { "shop:domain": "", "shop:hosts": '{"api":null,"admin":null}' };
    expect(load(engine).stack).toEqual(fromNull.stack);
  });

  it("can be set by the project below a profile with null", () => {
    write("Pulumi.yaml", "name: shop\nconfig:\n  domain: example.com\n  access: [203.0.113.7]\n");
    write("Pulumi.dev.yaml", "config: {shop:domain: null, shop:access: null}\n");
    const { settings } = loadFromFiles();
    expect([settings.domain, settings.access]).toEqual([undefined, undefined]);
    write("Pulumi.alice-dev.yaml", "config: {shop:domain: dev.example.com}\n");
    expect(loadFromFiles().settings.domain).toBe("dev.example.com");
  });

  it("is shown with the layer that unsets it", () => {
    const { origins } = load({ "shop:hosts": '{"api":null}', "shop:imageTag": "", "shop:ttl": "" });
    expect(origins).toMatchObject({
      "hosts.api": { value: null, origin: "stack" },
      "hosts.admin.service": { value: "backoffice", origin: "profile" },
      imageTag: { value: null, origin: "stack" },
      ttl: { value: "7d", origin: "default" },
    });
    expect(origins).not.toHaveProperty(["hosts.api.service"]);
  });

  it("is an error when it does not exist, or when another setting needs it", () => {
    expect(faultsOf({ "shop:domian": "", "shop:smokeTest": '{"paht":null}' })).toEqual([
      "domian is not a setting (in Pulumi.alice-dev.yaml); did you mean domain? | pulumi config rm domian --stack alice-dev",
      "smokeTest.paht is not a setting (in Pulumi.alice-dev.yaml); did you mean path? | pulumi config rm --path smokeTest.paht --stack alice-dev",
    ]);
    expect(faultsOf({ "shop:hosts": '{"api":{"service":null}}' })).toEqual([
      expect.stringMatching(
        /^hosts.api.service must be .*; is not set \(in Pulumi.alice-dev.yaml\) \| pulumi config rm --path hosts.api.service --stack alice-dev$/,
      ),
    ]);
    expect(faultsOf({ "shop:domain": "" })).toEqual([
      expect.stringMatching(
        /^hosts must be left out without a domain.* \| edit hosts in Pulumi.dev/,
      ),
    ]);
  });

  it("cannot be a setting of all environments together", () => {
    write("Pulumi.yaml", "name: shop\nconfig:\n  repository: null\n");
    expect(loadProjectSettings(folder, PROJECT)).not.toHaveProperty("repository");
    write("Pulumi.alice-dev.yaml", "config: {shop:repository: null}\n");
    expect(faultsOf({ "shop:repository": "" })).toEqual([
      expect.stringMatching(/^repository is a setting of all environments together/),
    ]);
  });
});

describe("origins", () => {
  it("name the layer of every value, including values within an object", () => {
    const { origins } = load({
      "shop:images": '{"api":{"tag":"mine"},"acme.io/job":{"tag":"1"}}',
      "shop:quota": '{"pods":"50"}',
      "shop:registry": '{"access":"integration","name":"acme"}',
      "shop:developers": '[{"kind":"Group","name":"c"}]',
    });
    expect(origins).toMatchObject({
      region: { value: "fra1", origin: "project" },
      ttl: { value: "14d", origin: "profile" },
      nodeSize: { value: "s-2vcpu-4gb", origin: "default" },
      "images.api.tag": { value: "mine", origin: "stack" },
      "images.web.tag": { value: "dev", origin: "profile" },
      'images["acme.io/job"].tag': { value: "1", origin: "stack" },
      "quota.pods": { value: 50, origin: "stack" },
      "quota.cpu": { value: "16", origin: "default" },
      "registry.name": { value: "acme", origin: "stack" },
      developers: { value: [{ kind: "Group", name: "c" }], origin: "stack" },
    });
  });

  it("are in the schema's order, without unset settings", () => {
    const names = Object.keys(load().origins).map((path) => path.split(/[.[]/)[0] ?? "");
    const inOrder = SETTING_NAMES.filter((name) => names.includes(name));
    expect([...new Set(names)]).toEqual(inOrder);
    expect(inOrder).toContain("ttl");
    expect(inOrder).not.toContain("imageTag");
  });

  it("do not contain encrypted values", () => {
    const secret = ["shop:imageTag"];
    const own = { "shop:imageTag": "hush", "shop:nodeCount": "4" };
    const { settings, origins, stack } = load(own, "alice-dev", secret);
    expect(settings.imageTag).toBe("hush");
    expect(stack).toEqual({ own: { nodeCount: "4" }, revision: revisionOf({ nodeCount: 4 }) });
    expect(origins.imageTag).toEqual({ value: "[secret]", origin: "stack" });
    expect(faultsOf({ "shop:imageTag": "hush hush" }, "alice-dev", secret)).toEqual([
      expect.stringMatching(/^imageTag must be an image tag .*; got "\[secret\]"/),
    ]);
  });
});

describe("faults", () => {
  it("are reported all at once, each with the key, the value, the allowed values and the command that fixes it", () => {
    expect(
      faultsOf({
        "shop:ttl": "8 hours",
        "shop:nodeCount": "0",
        "shop:quota": '{"memory":"16GB"}',
        "shop:nodecount": "3",
      }),
    ).toEqual([
      'nodeCount must be a whole number from 1 to 512; got "0" (in Pulumi.alice-dev.yaml) | pulumi config set nodeCount 2 --stack alice-dev',
      'quota.memory must be a Kubernetes quantity such as 500m, 2, 512Mi or 16Gi; got "16GB" (in Pulumi.alice-dev.yaml) | pulumi config set --path quota.memory 32Gi --stack alice-dev',
      'ttl must be a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d; got "8 hours" (in Pulumi.alice-dev.yaml) | pulumi config set ttl 7d --stack alice-dev',
      "nodecount is not a setting (in Pulumi.alice-dev.yaml); did you mean nodeCount? | pulumi config rm nodecount --stack alice-dev",
    ]);
  });

  it.each([
    // What `pulumi config set --path` stores for 1234, 0 and true.
    ["shop:images", '{"api":{"tag":1234}}', (own: Settings) => own.images.api?.tag, "1234"],
    ["shop:images", '{"api":{"tag":0}}', (own: Settings) => own.images.api?.tag, "0"],
    ["shop:images", '{"api":{"tag":true}}', (own: Settings) => own.images.api?.tag, "true"],
    ["shop:images", '{"api":{"name":1234}}', (own: Settings) => own.images.api?.name, "1234"],
    [
      "shop:developers",
      '[{"kind":"Group","name":4711}]',
      (own: Settings) => own.developers[0]?.name,
      "4711",
    ],
    ["shop:smokeTest", '{"service":80}', (own: Settings) => own.smokeTest.service, "80"],
    ["shop:services", "[80]", (own: Settings) => own.services?.[0], "80"],
  ])("treat %s = %s as the original text", (key, value, read, text) => {
    const part = { "shop:placement": "namespace", "shop:hostStack": "team", "shop:baseline": "b" };
    const shared = key === "shop:services" ? part : {};
    expect(read(load({ ...shared, [key]: value }).settings)).toBe(text);
  });

  it.each(["imageTag: 1.1", "imageTag: 12345678901234567890", "images: {api: {tag: 1.1}}"])(
    "refuse %s, which YAML may have read as another text than was written",
    (line) => {
      write("Pulumi.dev.yaml", `config:\n  shop:${line}\n`);
      expect(faultsOf({})).toEqual([expect.stringMatching(/must be an image tag .* in quotes/)]);
    },
  );

  it("name the profile's file when it contains the value", () => {
    write("Pulumi.dev.yaml", "config:\n  shop:region: Frankfurt\n");
    expect(faultsOf({})).toEqual([
      'region must be a DigitalOcean region slug such as fra1 or nyc3; got "Frankfurt" (in Pulumi.dev.yaml) | edit region in Pulumi.dev.yaml',
    ]);
  });

  it.each([
    [
      "shop:placement",
      "shared",
      /placement must be cluster or namespace or host or domain; got "shared"/,
    ],
    [
      "shop:placement",
      "namespace",
      /^hostStack must be set when placement is namespace, unless .*; is not set/,
    ],
    ["shop:placement", "domain", /^domain must be set when placement is domain/],
    ["shop:hostStack", "team-shared", /^hostStack must be left out unless .* \| pulumi config rm/],
    ["shop:hostCluster", "team", /^hostCluster must be left out unless placement is namespace/],
    ["shop:zone", "existing", /^zone must be left out unless placement is domain/],
    ["shop:https", "managed", /^https must be left out or none without a domain/],
    ["shop:certificate", "team-wildcard", /^certificate must be left out where DigitalOcean does/],
    ["shop:access", "password", /^access must be public, or a list .* a password is not possible/],
    ["shop:access", '["203.0.113.0/33"]', /^access\[0\] must be an IPv4 address or network/],
    [
      "shop:access",
      '["0.0.0.0/0"]',
      /^access\[0\] must be .*to allow all clients, set access to public/,
    ],
    ["shop:overcommit", "0", /^overcommit must be a number from 0.1 to 100; got "0"/],
    ["shop:clusterScoped", "allow", /^clusterScoped must be refuse or convert/],
    ["shop:baseline", "main-dev", /^baseline must be left out unless placement is namespace/],
    ["shop:services", '["cart"]', /^services must be left out unless placement is namespace/],
    ["shop:kubernetesVersion", "latest", /a minor version/],
    [
      "shop:minNodes",
      "2",
      /minNodes must be set if and only if maxNodes is set: the autoscaler needs both/,
    ],
    ["shop:images", '{"api":{"tag":"a b"}}', /images\.api\.tag must be an image tag/],
    ["shop:images", '{"other":{}}', /at least one of name, tag and digest/],
    ["shop:images", '{"api":{"name":"acme/api:1"}}', /images\.api\.name must be a repository/],
    ["shop:registry", '{"access":"integration"}', /registry\.name must be the name of a registry/],
    ["shop:smokeTest", '{"paht":"/"}', /smokeTest\.paht is not a setting .*did you mean path\?/],
    [
      "shop:developers",
      '[{"kind":"Robot","name":"x"}]',
      /developers\[0\]\.kind must be User or Group; got "Robot"/,
    ],
    ["shop:protect", "yes", /protect must be true or false; got "yes"/],
    ["shop:onIdle", "stop", /onIdle must be sleep or keep; got "stop"/],
    ["shop:warnAhead", "2d", /warnAhead must be a list of durations such as \["2d","30m"\]/],
    ["shop:warnAhead", '["soon"]', /warnAhead\[0\] must be a duration .*; got "soon"/],
    ["shop:workingHours", hours({ wakeAt: "8" }), /workingHours\.wakeAt must be a time of day/],
    ["shop:workingHours", hours({ days: [] }), /workingHours\.days must be a list of sun, mon/],
    ["shop:workingHours", hours({ days: ["mo"] }), /workingHours\.days\[0\] must be sun or mon/],
    ["shop:workingHours", hours({ timeZone: "Berlin" }), /timeZone must be the IANA name/],
    [
      "shop:workingHours",
      '{"wakeAt":"08:00","timeZone":"UTC"}',
      /workingHours\.sleepAt must be a time of day such as 08:30; is not set/,
    ],
    ["shop:imageTag", "[x", /imageTag must be an image tag .*; got "\[x"/],
  ])("fails for %s = %s", (key, value, message) => {
    expect(faultsOf({ [key]: value })).toEqual([expect.stringMatching(message)]);
  });

  it("accept an address as a network of one", () => {
    const { settings } = load({ "shop:access": '["203.0.113.7","198.51.100.0/24"]' });
    expect(settings.access).toEqual(["203.0.113.7/32", "198.51.100.0/24"]);
  });

  it.each([
    ["domain", ["203.0.113.7"], /^access must be left out: there is no load balancer here/],
    ["host", [], /^access must be public or at least one network/],
    ["host without a domain", ["203.0.113.7"], /^access must be left out: there is no load bal/],
    ["namespace", ["203.0.113.7"], /^access must be public or \[\] here/],
  ])(
    "fails at a load balancer that is not the environment's own: %s %j",
    (place, access, fault) => {
      const [placement = "", without] = place.split(" ");
      const config = {
        "shop:placement": placement,
        "shop:access": JSON.stringify(access),
        ...(without === undefined ? { "shop:domain": "dev.example.com" } : {}),
        ...(placement === "namespace" ? { "shop:hostStack": "team-shared" } : {}),
      };
      expect(faultsOf(config)).toEqual([expect.stringMatching(fault)]);
    },
  );

  it.each([
    ["a domain that is none", { domain: "Example" }, /^domain must be a domain in lower-case/],
    ["both hosts", { hostCluster: "team" }, /^hostCluster must be left out when hostStack is set/],
    ["privileged pods", { podSecurity: "privileged" }, /^podSecurity must be baseline or restrict/],
    [
      "an open network",
      { networkIsolation: "false" },
      /^networkIsolation must be true on a shared/,
    ],
    ["kept volumes", { data: '{"claims":{"db":"volume"}}' }, /^data must be without volume on a/],
    [
      "services without a baseline",
      { services: '["cart"]' },
      /^baseline must be set when services/,
    ],
    [
      "a baseline without services",
      { baseline: "main-dev" },
      /^services must be set when baseline/,
    ],
    ["no services", { services: "[]", baseline: "main-dev" }, /^services must be at least one/],
  ])("fails on a shared cluster for %s", (_, own, message) => {
    const settings = { placement: "namespace", hostStack: "team-shared", ...own };
    const config = Object.fromEntries(Object.entries(settings).map(([k, v]) => [`shop:${k}`, v]));
    expect(faultsOf(config)).toEqual([expect.stringMatching(message as RegExp)]);
  });

  it("are also reported at once when they concern several settings together", () => {
    expect(faultsOf({ "shop:minNodes": "2", "shop:ttl": "soon" })).toEqual([
      expect.stringMatching(/^ttl must be a duration/),
      expect.stringMatching(/^minNodes must be set if and only if maxNodes is/),
    ]);
  });

  it("fails for limits that Kubernetes would refuse later", () => {
    expect(
      faultsOf({ "shop:limits": '{"max":{"cpu":"10m"},"default":{"memory":"32Mi"}}' }),
    ).toEqual([
      expect.stringMatching(
        /^limits.max.cpu must be at least limits.defaultRequest.cpu, which is 50m; got "10m"/,
      ),
      expect.stringMatching(
        /^limits.default.memory must be at least limits.defaultRequest.memory, which is 64Mi; got "32Mi"/,
      ),
    ]);
  });

  it.each([
    [
      "the stack lives longer than the project's cap",
      { stack: { "shop:ttl": "60d" } },
      /^maxTtl must be at least ttl, which is 60d; its default is "30d" \| pulumi config set maxTtl 60d --stack alice-dev$/,
    ],
    [
      "the stack lives longer than its profile's cap",
      { profile: "shop:maxTtl: 20d", stack: { "shop:ttl": "25d" } },
      /^maxTtl .*; got "20d" \(in Pulumi.dev.yaml\) \| pulumi config set maxTtl 25d --stack alice-dev$/,
    ],
    [
      "the stack's cap is below what its profile says",
      { profile: "shop:ttl: 14d", stack: { "shop:maxTtl": "24h" } },
      /^maxTtl .*; got "24h" \(in Pulumi.alice-dev.yaml\) \| pulumi config set maxTtl 14d --stack alice-dev$/,
    ],
    [
      "the profile lives longer than the default cap",
      { profile: "shop:ttl: 31d" },
      /^maxTtl .*; its default is "30d" \| edit maxTtl in Pulumi.dev.yaml$/,
    ],
  ])("fails when %s, and names the layer that sets it", (_, { profile, stack }: Caps, message) => {
    write("Pulumi.dev.yaml", `config:\n  ${profile ?? "{}"}\n`);
    expect(faultsOf(stack ?? {})).toEqual([expect.stringMatching(message)]);
  });

  it("fails when an environment would be destroyed before it counts as idle", () => {
    expect(faultsOf({ "shop:destroyAfterIdle": "2h" })).toEqual([
      'destroyAfterIdle must be at least idleAfter, which is 3h; got "2h" (in Pulumi.alice-dev.yaml) | pulumi config set destroyAfterIdle 3h --stack alice-dev',
    ]);
  });

  it("accepts a cap that equals the time to live, however it is written", () => {
    expect(load({ "shop:ttl": "14d", "shop:maxTtl": "2w" }).settings.maxTtl).toBe("2w");
  });

  it("contain a path that pulumi accepts, for any key", () => {
    expect(faultsOf({ "shop:images": '{"acme.io/api":{"tag":"a b"}}' })).toEqual([
      expect.stringMatching(
        /^images\["acme.io\/api"\]\.tag must be .*pulumi config rm --path 'images\["acme.io\/api"\]\.tag' --stack alice-dev$/,
      ),
    ]);
  });

  it("fails when the autoscaler's bounds are the wrong way round", () => {
    expect(faultsOf({ "shop:minNodes": "5", "shop:maxNodes": "2" })).toEqual([
      expect.stringMatching(/maxNodes must be at least minNodes; got "2"/),
    ]);
  });

  it("fails for an unquoted version in a profile: YAML would read 1.40 as 1.4", () => {
    write("Pulumi.dev.yaml", "config:\n  shop:kubernetesVersion: 1.40\n");
    expect(faultsOf({})).toEqual([expect.stringMatching(/in quotes, such as "1.35"; got 1.4 /)]);
  });

  it("fails for a secret in a profile, with the command that sets it on the stack", () => {
    write("Pulumi.dev.yaml", "config:\n  shop:registry:\n    name: {secure: v1:abc}\n");
    expect(faultsOf({})).toEqual([
      "Pulumi.dev.yaml holds a secret in shop:registry, which no other stack can read | pulumi config set --secret shop:registry <value> --stack <stack>   # and remove it from Pulumi.dev.yaml",
    ]);
  });

  it("fails for a secret in the stack's file that was not decrypted", () => {
    write("Pulumi.alice-dev.yaml", "config:\n  shop:images: {api: {tag: {secure: v1:abc}}}\n");
    expect(() => loadFromFiles()).toThrow(
      "Pulumi.alice-dev.yaml holds a secret in shop:images, which only pulumi can read\n    fix: pulumi config set images <value> --stack alice-dev",
    );
  });

  it("fails for a provider's key in a profile, which the program cannot pass to the engine", () => {
    write("Pulumi.dev.yaml", "config:\n  digitalocean:token: x\n");
    expect(faultsOf({})).toEqual([
      expect.stringMatching(/sets digitalocean:token, but a profile may only set keys of shop:/),
    ]);
  });

  it("fails for a stack without a profile, and lists the profiles", () => {
    expect(faultsOf({}, "alice-prod")).toEqual([expect.stringMatching(/the profiles are ci, dev/)]);
  });

  it("does not treat a stack's file as a profile", () => {
    write("Pulumi.bob-dev.yaml", "config: {}\n");
    expect(faultsOf({}, "alice-bob")).toEqual([expect.stringMatching(/the profiles are ci, dev /)]);
  });
});

describe("settings of an environment's lifetime", () => {
  it("have working hours on weekdays by default", () => {
    expect(policySettings(load({ "shop:workingHours": hours({}) }).settings)).toEqual({
      ttl: "14d",
      maxTtl: "30d",
      idleAfter: "3h",
      onIdle: "sleep",
      destroyAfterIdle: "14d",
      warnAhead: ["2d", "2h", "30m"],
      protect: false,
      workingHours: {
        wakeAt: "08:00",
        sleepAt: "19:30",
        days: ["mon", "tue", "wed", "thu", "fri"],
        timeZone: "Europe/Berlin",
      },
    });
  });

  it("can have no warnings", () => {
    expect(load({ "shop:warnAhead": "[]" }).settings.warnAhead).toEqual([]);
  });
});

describe("settings of all environments together", () => {
  const project = (config: string) =>
    write("Pulumi.yaml", `name: shop\nconfig:\n  region: fra1\n${config}`);
  const faults = () => {
    try {
      loadProjectSettings(folder, PROJECT);
    } catch (error) {
      return (error as ConfigError).faults.map(({ message, fix }) => `${message} | ${fix}`);
    }
    throw new Error("the configuration was accepted");
  };

  it("are read from Pulumi.yaml, and have defaults except for the repository", () => {
    const pullRequests = {
      drafts: false,
      skipLabel: "no-environment",
      forkLabel: "environment-approved",
    };
    expect(loadProjectSettings(folder, PROJECT)).toEqual({
      allowedKinds: [],
      reap: { mostDestroys: 3, mostDestroysPercent: 20 },
      pullRequests,
    });
    project("  repository: acme/shop\n  shop:reap: {value: {mostDestroys: 5}}\n");
    expect(loadProjectSettings(folder, PROJECT)).toEqual({
      allowedKinds: [],
      repository: "acme/shop",
      reap: { mostDestroys: 5, mostDestroysPercent: 20 },
      pullRequests,
    });
  });

  it("fail with the allowed values", () => {
    project("  repository: shop\n  reap: {value: {mostDestroysPercent: 120, mostDestroy: 1}}\n");
    expect(faults()).toEqual([
      'repository must be a GitHub repository such as acme/shop; got "shop" (in Pulumi.yaml) | edit repository in Pulumi.yaml',
      "reap.mostDestroysPercent must be a whole number from 0 to 100; got 120 (in Pulumi.yaml) | edit reap.mostDestroysPercent in Pulumi.yaml",
      "reap.mostDestroy is not a setting (in Pulumi.yaml); did you mean mostDestroys? | remove it from Pulumi.yaml",
    ]);
  });

  it("are refused in a profile's or a stack's file", () => {
    write("Pulumi.dev.yaml", "config:\n  shop:repository: acme/shop\n");
    expect(faultsOf({ "shop:reap": '{"mostDestroys":9}' })).toEqual([
      "repository is a setting of all environments together (in Pulumi.dev.yaml) | set it in Pulumi.yaml and remove it here: edit Pulumi.dev.yaml",
      "reap is a setting of all environments together (in Pulumi.alice-dev.yaml) | set it in Pulumi.yaml and remove it here: pulumi config rm reap --stack alice-dev",
    ]);
  });

  it("are not treated as the stack's own when the engine passes the project's values with keys in another order", () => {
    project("  reap: {value: {mostDestroys: 5, mostDestroysPercent: 30}}\n");
    const handed = { "shop:reap": '{"mostDestroysPercent":30,"mostDestroys":5}' };
    expect(load(handed).settings.reap.mostDestroys).toBe(5);
  });
});

describe("a stack's own value that equals the project's", () => {
  const told = (...names: string[]) => JSON.stringify({ names, revision: "0123456789ab" });

  // The profile has 3; the engine fills in the project's 2 where the stack says nothing.
  it.each<[string, Record<string, string>, string, number]>([
    ["is the stack's when doks-env says so", { [OWN_SETTINGS_KEY]: told("nodeCount") }, "", 2],
    [
      "is the project's when doks-env says so",
      { [OWN_SETTINGS_KEY]: told() },
      "config: {shop:nodeCount: 2}\n",
      3,
    ],
    [
      "is the stack's for plain pulumi when its file has it",
      {},
      "config: {shop:nodeCount: 2}\n",
      2,
    ],
    ["is the project's for plain pulumi when its file does not", {}, "config: {}\n", 3],
  ])("%s", (_, config, file, expected) => {
    write("Pulumi.yaml", "name: shop\nconfig: {nodeCount: {default: 2}}\n");
    write("Pulumi.dev.yaml", "config: {shop:nodeCount: 3}\n");
    write("Pulumi.alice-dev.yaml", file);
    const loaded = load({ "shop:nodeCount": "2", ...config });
    expect(loaded.settings.nodeCount).toBe(expected);
    expect("nodeCount" in loaded.stack.own).toBe(expected === 2);
    expect(loaded.stack.revision).toBe(
      OWN_SETTINGS_KEY in config ? "0123456789ab" : revisionOf(loaded.stack.own),
    );
  });
});
