import { z } from "zod";
import { KEEPS } from "../data/keep";
import { DAYS, isTimeZone } from "../working-hours";
import { endsInOrder, hostsDiffer, inAscendingOrder, namesDiffer } from "./comparisons";
import { fitsPlacement, PLACEMENTS } from "./placement";
import {
  COMMAND,
  clockTime,
  cpuAndMemory,
  database,
  digest,
  dnsLabel,
  duration,
  flag,
  HOSTS,
  hostEntry,
  hostName,
  imageOverride,
  integer,
  isPort,
  kindName,
  label,
  network,
  oneOf,
  PORT,
  quantity,
  ratio,
  remoteHost,
  remotePin,
  SEED,
  STACK,
  seedName,
  stackName,
  tag,
  text,
  WORKING_DAYS,
} from "./values";

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
    image: text(
      "an image reference such as registry.digitalocean.com/acme/e2e:v1",
      /^[a-z0-9][\w./:@-]*$/,
    ).optional(),
    env: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*$/),
        z.union([z.string(), z.number(), z.boolean()]).transform(String),
        { error: "variables by name, such as {BROWSER: firefox}" },
      )
      .default({}),
    timeout: duration.default("10m"),
  })
  .refine(({ command, image }) => (command === undefined) !== (image === undefined), {
    error: "a test with either command or image",
  });

export type GateTest = z.output<typeof gateTest>;

/** The settings for all environments together; only Pulumi.yaml may set them. */
const PROJECT_SETTINGS = {
  allowedKinds: z
    .array(kindName, {
      error: "a list of kinds with their groups, such as [Certificate.cert-manager.io]",
    })
    .default([]),
  repository: text("a GitHub repository such as acme/shop", /^[\w.-]+\/[\w.-]+$/).optional(),
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
    hostCluster: stackName("the name or id of a DOKS cluster in the account").optional(),
    overcommit: ratio.default(1),
    domain: text(
      "a domain in lower-case letters, such as dev.example.com",
      /^(?=.{1,180}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    ).optional(),
    https: oneOf(["managed", "none"]).optional(),
    hosts: z.record(hostName, hostEntry, { error: HOSTS }).default({}),
    access: z
      .union([z.literal("public"), z.array(network)], {
        error:
          "public, or a list of networks, such as [\"203.0.113.0/24\"]; a password is not possible, because neither DigitalOcean's load balancers nor DOKS's Gateway supports one",
      })
      .optional(),
    certificate: text(
      "the name of a certificate in the account (`doctl compute certificate list`)",
      /^[\w.-]{1,255}$/,
    ).optional(),
    zone: oneOf(["create", "existing"]).default("create"),
    clusterScoped: oneOf(["refuse", "convert"]).default("refuse"),
    services: z
      .array(dnsLabel)
      .min(1, {
        error: "at least one service: the name of a Deployment or other workload in the tree",
      })
      .optional(),
    baseline: stackName(STACK).optional(),
    region: text("a DigitalOcean region slug such as fra1 or nyc3", /^[a-z]{3}\d$/).default("fra1"),
    kubernetesVersion: text('a minor version in quotes, such as "1.35"', /^1\.\d{1,2}$/).default(
      "1.35",
    ),
    nodeSize: text("a Droplet size slug such as s-2vcpu-4gb", /^[a-z0-9]+(-[a-z0-9.]+)+$/).default(
      "s-2vcpu-4gb",
    ),
    nodeCount: integer(1, 512).default(2),
    minNodes: integer(1, 512).optional(),
    maxNodes: integer(1, 512).optional(),
    overlay: text("the path of a folder with a kustomization.yaml", /./).optional(),
    kustomize: z
      .strictObject({
        loadRestrictor: oneOf(["LoadRestrictionsRootOnly", "LoadRestrictionsNone"]).default(
          "LoadRestrictionsRootOnly",
        ),
        helm: flag.default(false),
        remoteHosts: z
          .array(remoteHost, {
            error: "a list of hosts such as [github.com, git.example.com:8443]",
          })
          .default([]),
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
          context.addIssue({
            code: "custom",
            path: ["name"],
            message: "the name of a registry in the account (`doctl registry list`)",
          });
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
    databases: z
      .array(database, {
        error: "a list of databases with their ports, such as [db.example.com:5432]",
      })
      .default([]),
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
    warnAhead: z
      .array(duration, { error: `a list of durations such as ["2d","30m"]` })
      .default(["2d", "2h", "30m"]),
    workingHours: z
      .strictObject({
        wakeAt: clockTime,
        sleepAt: clockTime,
        days: z
          .array(oneOf(DAYS), { error: WORKING_DAYS })
          .min(1, { error: WORKING_DAYS })
          .default(["mon", "tue", "wed", "thu", "fri"]),
        timeZone: text("the IANA name of a time zone, such as Europe/Berlin", isTimeZone),
      })
      .optional(),
    data: z
      .strictObject({
        keep: oneOf(KEEPS).default("snapshot"),
        claims: z
          .record(z.string(), oneOf(KEEPS), {
            error: `how to keep single claims, by name, such as {cache: none}: ${KEEPS.join(" or ")}`,
          })
          .default({}),
        seed: z.union([seedName, z.record(z.string(), seedName)], { error: SEED }).optional(),
      })
      .prefault({}),
    protect: flag.default(false),
    smokeTest: z
      .strictObject({
        enabled: flag.default(true),
        service: dnsLabel.optional(),
        path: text("a path that starts with /", /^\//).default("/"),
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
