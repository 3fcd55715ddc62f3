import { z } from "zod";
import { KEEPS } from "../data/keep";
import { DURATION_GRAMMAR, parseDuration } from "../duration";
import { isNetwork } from "../networks";
import { parseQuantity, QUANTITY_GRAMMAR } from "../quantity";
import { DAYS, isClockTime, isTimeZone } from "../working-hours";
import { fitsPlacement, PLACEMENTS } from "./placement";
import { STACK_NAME } from "./stack-name";

/**
 * A text that matches. Also accepts a whole number or a truth value, because `pulumi config set --path` stores a text
 * that looks like one as such. Refuses a fraction: YAML parses an unquoted 1.40 as 1.4.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/go/common/resource/config/value.go (adjustObjectValue)
 */
const text = (allowed: string, fits: RegExp | ((value: string) => boolean)) =>
  z
    .union([z.string(), z.number().refine(Number.isSafeInteger, { error: allowed }), z.boolean()], {
      error: allowed,
    })
    .transform(String)
    .refine((value) => (fits instanceof RegExp ? fits.test(value) : fits(value)), {
      error: allowed,
    });

const duration = text(DURATION_GRAMMAR, (value) => parseDuration(value) !== undefined);

/** YAML parses the quantity `2` as a number. */
const quantity = z
  .union([z.string(), z.number()], { error: QUANTITY_GRAMMAR })
  .transform(String)
  .refine((value) => parseQuantity(value) !== undefined, { error: QUANTITY_GRAMMAR });

/** A whole number: YAML parses it as a number, and `pulumi config set` stores it as a text. */
const integer = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: allowed })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error: allowed });
};

const OVERCOMMIT = "a number from 0.1 to 100";
const ratio = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d+(\.\d+)?$/)
        .transform(Number),
    ],
    { error: OVERCOMMIT },
  )
  .refine((value) => value >= 0.1 && value <= 100, { error: OVERCOMMIT });

const flag = z.union(
  [z.boolean(), z.enum(["true", "false"]).transform((value) => value === "true")],
  { error: "true or false" },
);

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: values.join(" or ") });

const DNS_LABEL = "a name of at most 63 lower-case letters, digits and dashes";
const stackName = (allowed: string) => text(allowed, STACK_NAME);

const dnsLabel = text(DNS_LABEL, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

/** @see https://github.com/distribution/reference (tag grammar) */
const TAG =
  'an image tag such as v1.2.3 or sha-1f2e3d4, in quotes if it looks like a number, such as "1.10"';
const tag = text(TAG, /^\w[\w.-]{0,127}$/);

const REPOSITORY =
  "a repository such as registry.digitalocean.com/acme/api, without a tag or digest";
const DIGEST = "a digest: sha256: and 64 hexadecimal digits";
const digest = text(DIGEST, /^sha256:[0-9a-f]{64}$/);
const imageOverride = z
  .strictObject(
    {
      /** The registry and repository to pull the image from. */
      name: text(REPOSITORY, /^[a-z0-9.-]+(:\d+(?=\/))?(\/[a-z0-9._-]+)*$/).optional(),
      tag: tag.optional(),
      /** Takes precedence over the tag. */
      digest: digest.optional(),
    },
    { error: "name, tag or digest of an image" },
  )
  .refine(({ name, tag: newTag, digest }) => (name ?? newTag ?? digest) !== undefined, {
    error: "at least one of name, tag and digest",
  });

const MINOR_VERSION = 'a minor version in quotes, such as "1.35"';
const STACK = "the name of a stack in this project, such as team-shared";
const HOST_CLUSTER = "the name or id of a DOKS cluster in the account";
const SERVICES = "at least one service: the name of a Deployment or other workload in the tree";
const DOMAIN = "a domain in lower-case letters, such as dev.example.com";
const HOSTS =
  "Services by the first part of their host name, such as {api: {service: api}}, each with a port if the default is wrong";
const HOST_NAME = "a part of a host name: lower-case letters, digits and single dashes";
const CERTIFICATE = "the name of a certificate in the account (`doctl compute certificate list`)";
const ACCESS =
  "public, or a list of networks, such as [\"203.0.113.0/24\"]; a password is not possible, because neither DigitalOcean's load balancers nor DOKS's Gateway supports one";
const NETWORK =
  "an IPv4 address or network such as 203.0.113.0/24; to allow all clients, set access to public";
/** @returns the network in the form of Services and load balancers */
const network = z
  .string({ error: NETWORK })
  .refine(isNetwork, { error: NETWORK })
  .transform((value) => (value.includes("/") ? value : `${value}/32`));
const REGION = "a DigitalOcean region slug such as fra1 or nyc3";
const SIZE = "a Droplet size slug such as s-2vcpu-4gb";
const OVERLAY = "the path of a folder with a kustomization.yaml";
const REGISTRY_NAME = "the name of a registry in the account (`doctl registry list`)";
const PATH = "a path that starts with /";
const PORT = "the number, 1 to 65535, or the name of a port of the Service";
const isPort = (value: string) =>
  /^\d+$/.test(value)
    ? Number(value) >= 1 && Number(value) <= 65_535
    : /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value);
const REPOSITORY_NAME = "a GitHub repository such as acme/shop";
const WARN_AHEAD = `a list of durations such as ["2d","30m"]`;
const CLOCK_TIME = "a time of day such as 08:30";
const TIME_ZONE = "the IANA name of a time zone, such as Europe/Berlin";
const WORKING_DAYS = `a list of ${DAYS.join(", ")}`;
const LABEL = "a label of a pull request, of 1 to 50 characters";
const COMMAND = 'a list of words such as ["npm","run","e2e"], or a line for `sh -c`';
const IMAGE = "an image reference such as registry.digitalocean.com/acme/e2e:v1";
const SEED =
  "the name of a seed (`doks-env data list`), or seeds by claim, such as {data-db-0: shop-small}";
const CLAIMS = `how to keep single claims, by name, such as {cache: none}: ${KEEPS.join(" or ")}`;
const VARIABLES = "variables by name, such as {BROWSER: firefox}";

const REMOTE_HOSTS = "a list of hosts such as [github.com, git.example.com:8443]";
const remoteHost = text(
  "a host in lower-case letters, such as github.com",
  /^[a-z0-9.-]+(:\d{1,5})?$/,
);
const remotePin = text(
  "a full commit id, or for a file sha256: and 64 hexadecimal digits",
  /^([0-9a-f]{40}|(sha256:)?[0-9a-f]{64})$/,
);
const seedName = text(SEED, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

const hostName = z.string().regex(/^(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { error: HOST_NAME });
const hostEntry = z.strictObject(
  { service: dnsLabel, port: text(PORT, isPort).optional() },
  { error: HOSTS },
);

const clockTime = text(CLOCK_TIME, isClockTime);

const label = text(LABEL, /^.{1,50}$/su);

/** One test of the gate, which runs against a running environment. */
const gateTest = z
  .strictObject({
    name: dnsLabel,
    /** Runs on the machine of doks-env: a list of words directly, a line through `sh -c`. */
    command: z
      .union(
        [
          z.string().min(1, { error: COMMAND }),
          z.array(z.string()).refine(([program = ""]) => program !== "", { error: COMMAND }),
        ],
        { error: COMMAND },
      )
      .optional(),
    /** Runs as a Job in the environment. */
    image: text(IMAGE, /^[a-z0-9][\w./:@-]*$/).optional(),
    env: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*$/),
        z.union([z.string(), z.number(), z.boolean()]).transform(String),
        { error: VARIABLES },
      )
      .default({}),
    timeout: duration.default("10m"),
  })
  .refine(({ command, image }) => (command === undefined) !== (image === undefined), {
    error: "a test with either command or image",
  });

export type GateTest = z.output<typeof gateTest>;

/** Test results are identified by name. */
function namesDiffer(tests: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  for (const [index, { name }] of tests.entries()) {
    if (tests.findIndex((other) => other.name === name) < index) {
      const message = "a name that no other test has";
      context.addIssue({ code: "custom", path: [index, "name"], message });
    }
  }
}

interface Hosts {
  readonly hosts: Readonly<Record<string, { readonly service: string }>>;
  readonly smokeTest: { readonly service?: string };
}

/** Each Service has one load balancer, which sends port 443 to a single port. */
function hostsDiffer({ hosts, smokeTest }: Hosts, context: z.RefinementCtx): void {
  const taken = [smokeTest.service];
  for (const [name, { service }] of Object.entries(hosts)) {
    if (taken.includes(service)) {
      const message = "a Service that neither another host nor smokeTest.service names";
      context.addIssue({ code: "custom", path: ["hosts", name, "service"], message });
    }
    taken.push(service);
  }
}

const cpuAndMemory = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

type Limits = Readonly<Record<"defaultRequest" | "default" | "max", z.output<typeof cpuAndMemory>>>;

/** The other setting that a value must not be below. */
export interface LowerBound {
  readonly path: readonly string[];
  readonly value: string;
}

function tooLow(path: string[], bound: LowerBound) {
  const message = `at least ${bound.path.join(".")}, which is ${bound.value}`;
  return { code: "custom" as const, path, message, params: { bound } };
}

/** The other setting, when the issue is that a value is below it. */
export function lowerBoundIn(issue: z.core.$ZodIssue): LowerBound | undefined {
  return issue.code === "custom" ? (issue.params?.bound as LowerBound | undefined) : undefined;
}

/** Kubernetes refuses a LimitRange whose values are out of order, and only after the cluster exists. */
function inAscendingOrder(limits: Limits, context: z.RefinementCtx): void {
  const pairs = [
    ["defaultRequest", "default"],
    ["default", "max"],
    ["defaultRequest", "max"],
  ] as const;
  for (const resource of ["cpu", "memory"] as const) {
    for (const [low, high] of pairs) {
      const lower = limits[low][resource];
      const upper = limits[high][resource];
      if (lower !== undefined && upper !== undefined && quantityOf(lower) > quantityOf(upper)) {
        context.addIssue(
          tooLow([high, resource], { path: ["limits", low, resource], value: lower }),
        );
      }
    }
  }
}

type Durations = Readonly<Record<"ttl" | "maxTtl" | "idleAfter" | "destroyAfterIdle", string>>;

/**
 * Otherwise an environment would start with a longer life than `maxTtl` allows, or the reaper would destroy it as
 * unused before it counts as idle.
 */
function endsInOrder(durations: Durations, context: z.RefinementCtx): void {
  const pairs = [
    ["ttl", "maxTtl"],
    ["idleAfter", "destroyAfterIdle"],
  ] as const;
  for (const [low, high] of pairs) {
    const value = durations[low];
    // The schema already reports a text that is not a duration.
    if (Number(parseDuration(value)) > Number(parseDuration(durations[high]))) {
      context.addIssue(tooLow([high], { path: [low], value }));
    }
  }
}

const quantityOf = (value: string) => parseQuantity(value) ?? 0;

const DATABASE =
  "the host name or IPv4 address of a database with its port, such as db.example.com:5432";
const DATABASES = "a list of databases with their ports, such as [db.example.com:5432]";
const database = text(
  DATABASE,
  /^(([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}|(\d{1,3}\.){3}\d{1,3}):\d{1,5}$/,
);

const KIND = "a kind with its group, such as Certificate.cert-manager.io";
const KINDS = "a list of kinds with their groups, such as [Certificate.cert-manager.io]";
const kindName = text(KIND, /^[A-Z][A-Za-z0-9]*(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$/);

/** The settings for all environments together; only Pulumi.yaml may set them. */
const PROJECT_SETTINGS = {
  allowedKinds: z.array(kindName, { error: KINDS }).default([]),
  repository: text(REPOSITORY_NAME, /^[\w.-]+\/[\w.-]+$/).optional(),
  reap: z
    .strictObject({
      mostDestroys: integer(0, 10_000).default(3),
      mostDestroysPercent: integer(0, 100).default(20),
    })
    .prefault({}),
  pullRequests: z
    .strictObject({
      drafts: flag.default(false),
      requireLabel: label.optional(),
      skipLabel: label.default("no-environment"),
      forkLabel: label.default("environment-approved"),
    })
    .prefault({}),
};
export const PROJECT_SETTING_NAMES: readonly string[] = Object.keys(PROJECT_SETTINGS);
export const projectSettingsSchema = z.object(PROJECT_SETTINGS);

/**
 * The settings of one environment. Only this schema defines a setting's name, form and default. Every setting has a
 * default, so an empty configuration is valid.
 */
export const settingsSchema = z
  .strictObject({
    placement: oneOf(PLACEMENTS).default("cluster"),
    hostStack: stackName(STACK).optional(),
    hostCluster: stackName(HOST_CLUSTER).optional(),
    overcommit: ratio.default(1),
    domain: text(
      DOMAIN,
      /^(?=.{1,180}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    ).optional(),
    https: oneOf(["managed", "none"]).optional(),
    hosts: z.record(hostName, hostEntry, { error: HOSTS }).default({}),
    access: z.union([z.literal("public"), z.array(network)], { error: ACCESS }).optional(),
    certificate: text(CERTIFICATE, /^[\w.-]{1,255}$/).optional(),
    zone: oneOf(["create", "existing"]).default("create"),
    clusterScoped: oneOf(["refuse", "convert"]).default("refuse"),
    services: z.array(dnsLabel).min(1, { error: SERVICES }).optional(),
    baseline: stackName(STACK).optional(),
    region: text(REGION, /^[a-z]{3}\d$/).default("fra1"),
    kubernetesVersion: text(MINOR_VERSION, /^1\.\d{1,2}$/).default("1.35"),
    nodeSize: text(SIZE, /^[a-z0-9]+(-[a-z0-9.]+)+$/).default("s-2vcpu-4gb"),
    nodeCount: integer(1, 512).default(2),
    minNodes: integer(1, 512).optional(),
    maxNodes: integer(1, 512).optional(),
    overlay: text(OVERLAY, /./).optional(),
    kustomize: z
      .strictObject({
        loadRestrictor: oneOf(["LoadRestrictionsRootOnly", "LoadRestrictionsNone"]).default(
          "LoadRestrictionsRootOnly",
        ),
        helm: flag.default(false),
        remoteHosts: z.array(remoteHost, { error: REMOTE_HOSTS }).default([]),
        remotePins: z.record(z.string(), remotePin).default({}),
      })
      .prefault({}),
    images: z.record(z.string(), imageOverride).default({}),
    pins: z.record(z.string(), digest).default({}),
    imageTag: tag.optional(),
    registry: z
      .strictObject({
        access: oneOf(["none", "integration", "pullSecret"]).default("none"),
        name: dnsLabel.optional(),
      })
      .transform(({ access, name }, context) => {
        if (access === "none") {
          return { access };
        }
        if (name === undefined) {
          context.addIssue({ code: "custom", path: ["name"], message: REGISTRY_NAME });
          return z.NEVER;
        }
        return { access, name };
      })
      .prefault({}),
    quota: z
      .strictObject({
        cpu: quantity.default("16"),
        memory: quantity.default("32Gi"),
        pods: integer(1, 10_000).default(200),
        loadBalancers: integer(0, 100).default(2),
        volumes: integer(0, 1_000).default(20),
        storage: quantity.default("200Gi"),
        objects: integer(1, 10_000).default(200),
        memoryLimits: quantity.default("8Gi"),
        ephemeralStorage: quantity.default("20Gi"),
      })
      .prefault({}),
    limits: z
      .strictObject({
        defaultRequest: cpuAndMemory.default({ cpu: "50m", memory: "64Mi" }),
        default: cpuAndMemory.default({}),
        max: cpuAndMemory.default({}),
      })
      .superRefine(inAscendingOrder)
      .prefault({}),
    networkIsolation: flag.default(true),
    databases: z.array(database, { error: DATABASES }).default([]),
    podSecurity: oneOf(["privileged", "baseline", "restricted"]).default("baseline"),
    developers: z
      .array(
        z.strictObject({
          kind: oneOf(["User", "Group"]),
          name: text("the name of a user or group", /./),
        }),
      )
      .default([]),
    ttl: duration.default("7d"),
    maxTtl: duration.default("30d"),
    idleAfter: duration.default("3h"),
    onIdle: oneOf(["sleep", "keep"]).default("sleep"),
    destroyAfterIdle: duration.default("14d"),
    warnAhead: z.array(duration, { error: WARN_AHEAD }).default(["2d", "2h", "30m"]),
    workingHours: z
      .strictObject({
        wakeAt: clockTime,
        sleepAt: clockTime,
        days: z
          .array(oneOf(DAYS), { error: WORKING_DAYS })
          .min(1, { error: WORKING_DAYS })
          .default(["mon", "tue", "wed", "thu", "fri"]),
        timeZone: text(TIME_ZONE, isTimeZone),
      })
      .optional(),
    data: z
      .strictObject({
        keep: oneOf(KEEPS).default("snapshot"),
        claims: z.record(z.string(), oneOf(KEEPS), { error: CLAIMS }).default({}),
        seed: z.union([seedName, z.record(z.string(), seedName)], { error: SEED }).optional(),
      })
      .prefault({}),
    protect: flag.default(false),
    smokeTest: z
      .strictObject({
        enabled: flag.default(true),
        service: dnsLabel.optional(),
        path: text(PATH, /^\//).default("/"),
        port: text(PORT, isPort).optional(),
        scheme: oneOf(["http", "https"]).optional(),
        expectedStatus: integer(100, 599).default(200),
        timeout: duration.default("5m"),
      })
      .prefault({}),
    tests: z.array(gateTest).superRefine(namesDiffer).default([]),
    keepFailedFor: duration.default("4h"),
    ...PROJECT_SETTINGS,
  })
  // `when`: runs even if other checks fail, so that all faults are reported at once.
  .refine(({ minNodes, maxNodes }) => (minNodes === undefined) === (maxNodes === undefined), {
    path: ["minNodes"],
    error: "set if and only if maxNodes is set: the autoscaler needs both",
    when: () => true,
  })
  .refine(({ minNodes, maxNodes }) => !(Number(minNodes) > Number(maxNodes)), {
    path: ["maxNodes"],
    error: "at least minNodes",
    when: () => true,
  })
  .superRefine(endsInOrder, { when: () => true })
  .superRefine(fitsPlacement, { when: () => true })
  .superRefine(hostsDiffer);

/** The settings of one environment, checked and with defaults. */
export type Settings = z.output<typeof settingsSchema>;
/** The settings for all environments together. */
export type ProjectSettings = z.output<typeof projectSettingsSchema>;
/** Names of all settings, for suggestions and for the test of the table in docs/settings.md. */
export const SETTING_NAMES = Object.keys(settingsSchema.shape);
