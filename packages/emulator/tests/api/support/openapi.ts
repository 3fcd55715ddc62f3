import { readFileSync } from "node:fs";
import { Ajv, type AnySchema } from "ajv";
import addFormats from "ajv-formats";

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly deprecated?: boolean;
}

interface Response extends Schema {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly responses: Record<string, Response>;
  readonly security?: readonly { readonly bearer_auth?: readonly string[] }[];
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Parts of the API that a shortened description may lack. */
const LEFT_OUT_PARTS = ["/v2/domains", "/v2/certificates"];

/** DigitalOcean's description of its API, against which answers are held. */
export class OpenApi {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  private readonly description: Description;

  public constructor(file: string) {
    this.description = JSON.parse(readFileSync(file, "utf8")) as Description;
    addFormats(this.ajv);
    this.ajv.addFormat("cidr", /^[0-9a-f.:]+\/\d+$/);
    this.ajv.addSchema(this.description as unknown as AnySchema, "openapi");
  }

  /** The faults of an answer to `METHOD path`. */
  public faults(
    operation: string,
    status: number,
    contentType: string | null,
    body: unknown,
  ): string[] {
    const [method = "", path = ""] = operation.split(" ");
    if (!this.describes(path)) {
      return [];
    }
    const pointer = this.responsePointer(method.toLowerCase(), path, status);
    if (pointer === undefined) {
      return [`${status} is not among the answers to ${operation}`];
    }
    const { content } = this.resolve(pointer) as Response;
    const [type, media] = Object.entries(content ?? {})[0] ?? [];
    if (type === undefined || media?.schema === undefined) {
      return body === undefined ? [] : [`${operation} answers ${status} without a body`];
    }
    if (!contentType?.startsWith(type)) {
      return [`${operation} answers with ${type}, got ${String(contentType)}`];
    }
    if (type !== "application/json") {
      return [];
    }
    const place = `${pointer}/content/${escapePointer(type)}/schema`;
    return [...this.violations(place, body), ...this.differences(media.schema, body, "body")];
  }

  /** Whether a path can be checked: some descriptions leave parts of the API out. */
  public describes(path: string): boolean {
    return path in this.description.paths || !LEFT_OUT_PARTS.some((part) => path.startsWith(part));
  }

  /** The scopes that an operation needs, without the old names of full access. */
  public scopes(method: string, path: string): string[] {
    const operation = this.description.paths[path]?.[method.toLowerCase()];
    const scopes = operation?.security?.flatMap(({ bearer_auth }) => bearer_auth ?? []) ?? [];
    return scopes.filter((scope) => !scope.startsWith("api:"));
  }

  private violations(pointer: string, body: unknown): string[] {
    const validate = this.ajv.compile({ $ref: `openapi${pointer}` });
    validate(body);
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `body${instancePath} ${message ?? "is wrong"}`,
    );
  }

  /**
   * The description requires few fields, so that an empty body would pass. Here every field that it names must be
   * there, and no other.
   */
  private differences(schema: Schema, value: unknown, place: string): string[] {
    if (Array.isArray(value)) {
      const { items } = this.flat(schema);
      return items
        ? value.flatMap((item, i) => this.differences(items, item, `${place}[${i}]`))
        : [];
    }
    const { properties } = this.flat(schema);
    if (!properties || value === null || typeof value !== "object") {
      return [];
    }
    const fields = value as Readonly<Record<string, unknown>>;
    const missing = Object.keys(properties).filter(
      (name) => !(name in fields) && !leftOut.has(name),
    );
    const surplus = Object.keys(fields).filter(
      (name) => !(name in properties) && !undocumented.has(name),
    );
    const deeper = Object.entries(properties).flatMap(([name, property]) =>
      name in fields ? this.differences(property, fields[name], `${place}.${name}`) : [],
    );
    return [
      ...missing.map((name) => `${place}.${name} is missing`),
      ...surplus.map((name) => `${place}.${name} is not in the description`),
      ...deeper,
    ];
  }

  /** A schema with its references and `allOf` put together. */
  private flat(schema: Schema): Schema {
    if (schema.$ref !== undefined) {
      return this.flat(this.resolve(schema.$ref) as Schema);
    }
    const parts = (schema.allOf ?? []).map((part) => this.flat(part));
    const properties = Object.assign(
      {},
      ...parts.map((part) => part.properties),
      schema.properties,
    );
    const items = schema.items ?? parts.find((part) => part.items)?.items;
    return {
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(items && { items }),
    };
  }

  private responsePointer(method: string, path: string, status: number): string | undefined {
    const responses = this.description.paths[path]?.[method]?.responses;
    const key = responses && (String(status) in responses ? String(status) : undefined);
    const response = key === undefined ? undefined : responses?.[key];
    return (
      response && (response.$ref ?? `#/paths/${escapePointer(path)}/${method}/responses/${key}`)
    );
  }

  private resolve(pointer: string): unknown {
    return pointer
      .slice(2)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (value, key) => (value as Readonly<Record<string, unknown>>)[key],
        this.description,
      );
  }
}

/** Fields that DigitalOcean leaves out when there is nothing to say, and so does the emulator. */
const leftOut = new Set([
  "worker_subnet_uuid",
  "gpu_info",
  "error_message",
  "last_tagged_uri",
  "latest_tag",
  "ipv6",
  "firewall",
  "domains",
  "glb_settings",
  "target_load_balancer_ids",
  "tls_cipher_policy",
  "cookie_name",
  "cookie_ttl_seconds",
  // Sizes of load balancers are either a `size` or a `size_unit`.
  "size",
  "links",
  "pages",
  "resource_id",
  "resource_uuid",
  "message",
  "reserved_ip_limit",
  "droplets",
  "droplet",
  // A spelling mistake of the description: the API says `images`.
  "imgages",
]);

/** Fields that DigitalOcean sends and its description does not know. */
const undocumented = new Set([
  // godo: Account.VolumeLimit
  "volume_limit",
  // godo: LoadBalancer.Tags
  "tags",
  // godo: TaggedResources.Images
  "images",
  "volume_snapshots",
  // godo: garbageCollectionsRoot
  "links",
  "meta",
]);

function escapePointer(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}
