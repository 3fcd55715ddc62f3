import {
  type DocumentOptions,
  type ParseOptions,
  parseAllDocuments,
  type ScalarTag,
  type SchemaOptions,
} from "yaml";

export class YamlError extends Error {
  public override readonly name = "YamlError";
}

/**
 * Parses YAML as kustomize does. Its parser resolves plain scalars by its own rules, between YAML 1.1 and 1.2: `0644`
 * is octal, while `on`, `12:30:00`, `.` and `123e4567` are strings.
 *
 * @see https://github.com/yaml/go-yaml/blob/v3.0.4/resolve.go
 */
const SCALARS: ScalarTag[] = [
  {
    tag: "tag:yaml.org,2002:null",
    default: true,
    test: /^(~|null|Null|NULL)?$/,
    resolve: () => null,
  },
  {
    tag: "tag:yaml.org,2002:bool",
    default: true,
    test: /^(true|True|TRUE|false|False|FALSE)$/,
    resolve: (text) => text.toLowerCase() === "true",
  },
  {
    tag: "tag:yaml.org,2002:float",
    default: true,
    test: /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/,
    resolve: (text) => (/n$/i.test(text) ? Number.NaN : Number(`${text[0]}1`) * Infinity),
  },
  {
    tag: "tag:yaml.org,2002:int",
    default: true,
    test: /^[-+.\d]/,
    resolve: (text) => numberIn(text) ?? text,
  },
];

const DIALECT: ParseOptions & DocumentOptions & SchemaOptions = {
  schema: "failsafe",
  customTags: SCALARS,
  resolveKnownTags: false,
  stringKeys: true,
  merge: true,
};

const INTEGER = /^([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([\da-fA-F]+))$/;
const DECIMAL = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
const UINT64 = 2n ** 64n;

/** @returns undefined for a string in Go's parser, also when the number would overflow */
function numberIn(text: string): number | undefined {
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const [, sign, binary, octal, hexadecimal] = INTEGER.exec(plain) ?? [];
  const prefixed =
    (binary && `0b${binary}`) ?? (octal && `0o${octal}`) ?? (hexadecimal && `0x${hexadecimal}`);
  if (prefixed !== undefined) {
    const value = BigInt(prefixed);
    return value < UINT64 ? Number(value) * (sign === "-" ? -1 : 1) : undefined;
  }
  const value = DECIMAL.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/**
 * All documents of a stream, without empty ones.
 *
 * @throws {YamlError} for invalid YAML, a duplicate key, a custom tag, or aliases that expand without bound
 */
export function readYaml(text: string): unknown[] {
  const documents = parseAllDocuments(text, DIALECT);
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) {
      throw new YamlError(fault.message, { cause: fault });
    }
    try {
      const value: unknown = document.toJS();
      return value === null ? [] : [value];
    } catch (cause) {
      throw new YamlError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  });
}
