import { z } from "zod";
import { DURATION_GRAMMAR, parseDuration } from "../duration";
import { parseQuantity, QUANTITY_GRAMMAR } from "../quantity";
import { DAYS, isClockTime } from "../working-hours";
import { STACK_NAME } from "./stack-name";

// The kinds of values that settings have, each with the words that an error names them by.

/**
 * A text that matches. Also accepts a whole number or a truth value, because `pulumi config set --path` stores a text
 * that looks like one as such. Refuses a fraction: YAML parses an unquoted 1.40 as 1.4.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/go/common/resource/config/value.go (adjustObjectValue)
 */
export const text = (allowed: string, fits: RegExp | ((value: string) => boolean)) =>
  z
    .union([z.string(), z.number().refine(Number.isSafeInteger, { error: allowed }), z.boolean()], {
      error: allowed,
    })
    .transform(String)
    .refine((value) => (fits instanceof RegExp ? fits.test(value) : fits(value)), {
      error: allowed,
    });

export const duration = text(DURATION_GRAMMAR, (value) => parseDuration(value) !== undefined);

/** YAML parses the quantity `2` as a number. */
export const quantity = z
  .union([z.string(), z.number()], { error: QUANTITY_GRAMMAR })
  .transform(String)
  .refine((value) => parseQuantity(value) !== undefined, { error: QUANTITY_GRAMMAR });

/** A whole number: YAML parses it as a number, and `pulumi config set` stores it as a text. */
export const integer = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: allowed })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error: allowed });
};

const OVERCOMMIT = "a number from 0.1 to 100";
export const ratio = z
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

export const flag = z.union(
  [z.boolean(), z.enum(["true", "false"]).transform((value) => value === "true")],
  { error: "true or false" },
);

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: values.join(" or ") });

const DNS_LABEL = "a name of at most 63 lower-case letters, digits and dashes";
export const stackName = (allowed: string) => text(allowed, STACK_NAME);

export const dnsLabel = text(DNS_LABEL, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

/** @see https://github.com/distribution/reference (tag grammar) */
const TAG =
  'an image tag such as v1.2.3 or sha-1f2e3d4, in quotes if it looks like a number, such as "1.10"';
export const tag = text(TAG, /^\w[\w.-]{0,127}$/);

const REPOSITORY =
  "a repository such as registry.digitalocean.com/acme/api, without a tag or digest";
const DIGEST = "a digest: sha256: and 64 hexadecimal digits";
export const digest = text(DIGEST, /^sha256:[0-9a-f]{64}$/);
export const imageOverride = z
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

export const STACK = "the name of a stack in this project, such as team-shared";
export const HOSTS =
  "Services by the first part of their host name, such as {api: {service: api}}, each with a port if the default is wrong";
const HOST_NAME = "a part of a host name: lower-case letters, digits and single dashes";
const NETWORK =
  "an IPv4 address or network such as 203.0.113.0/24; to allow all clients, set access to public";
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** Excludes `/0`, which is not a restriction. */
const NETWORK_PATTERN = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}(?:/(?:[1-9]|[12]\\d|3[0-2]))?$`);

/** Whether a text is an IPv4 address or network. */
export function isNetwork(text: string): boolean {
  return NETWORK_PATTERN.test(text);
}

/** @returns the network in the form of Services and load balancers */
export const network = z
  .string({ error: NETWORK })
  .refine(isNetwork, { error: NETWORK })
  .transform((value) => (value.includes("/") ? value : `${value}/32`));
export const PORT = "the number, 1 to 65535, or the name of a port of the Service";
export const isPort = (value: string) =>
  /^\d+$/.test(value)
    ? Number(value) >= 1 && Number(value) <= 65_535
    : /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value);
const CLOCK_TIME = "a time of day such as 08:30";
export const WORKING_DAYS = `a list of ${DAYS.join(", ")}`;
const LABEL = "a label of a pull request, of 1 to 50 characters";
export const COMMAND = 'a list of words such as ["npm","run","e2e"], or a line for `sh -c`';
export const SEED =
  "the name of a seed (`doks-env data list`), or seeds by claim, such as {data-db-0: shop-small}";

export const remoteHost = text(
  "a host in lower-case letters, such as github.com",
  /^[a-z0-9.-]+(:\d{1,5})?$/,
);
export const remotePin = text(
  "a full commit id, or for a file sha256: and 64 hexadecimal digits",
  /^([0-9a-f]{40}|(sha256:)?[0-9a-f]{64})$/,
);
export const seedName = text(SEED, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

export const hostName = z
  .string()
  .regex(/^(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { error: HOST_NAME });
export const hostEntry = z.strictObject(
  { service: dnsLabel, port: text(PORT, isPort).optional() },
  { error: HOSTS },
);

export const clockTime = text(CLOCK_TIME, isClockTime);

export const label = text(LABEL, /^.{1,50}$/su);

const DATABASE =
  "the host name or IPv4 address of a database with its port, such as db.example.com:5432";
export const database = text(
  DATABASE,
  /^(([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}|(\d{1,3}\.){3}\d{1,3}):\d{1,5}$/,
);

const KIND = "a kind with its group, such as Certificate.cert-manager.io";
export const kindName = text(KIND, /^[A-Z][A-Za-z0-9]*(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$/);

export const cpuAndMemory = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
});
