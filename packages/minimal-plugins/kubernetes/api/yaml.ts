/** Parses YAML like Kubernetes' own tools. */
import {
  type DocumentOptions,
  type ParseOptions,
  parseAllDocuments,
  parseDocument,
  type ScalarTag,
  type SchemaOptions,
} from "yaml";

/**
 * Parses plain scalars like Go's parser. It follows YAML 1.1 (`0644` is octal, `yes` is true) with rules of its own:
 * `12:30:00`, `2020-01-01`, `.`, `e1` and, because it fits no number, `123e4567` are texts.
 *
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.6.0/goyaml.v2/resolve.go
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
    test: /^([yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    resolve: (text) => /^(y|yes|true|on)$/i.test(text),
  },
  {
    tag: "tag:yaml.org,2002:float",
    default: true,
    test: /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/,
    resolve: (text) =>
      /n$/i.test(text) ? Number.NaN : text.startsWith("-") ? -Infinity : Infinity,
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
  merge: true,
};

const PREFIXED = /^([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([\da-fA-F]+))$/;
const DECIMAL = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** @returns undefined for a text, including numbers out of range */
function numberIn(text: string): number | undefined {
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const [, sign, binary, octal, hexadecimal] = PREFIXED.exec(plain) ?? [];
  const digits = binary ?? octal ?? hexadecimal;
  if (digits !== undefined) {
    const radix = binary === undefined ? (octal === undefined ? 16 : 8) : 2;
    const value = Number.parseInt(digits, radix);
    return value < 2 ** 64 ? value * (sign === "-" ? -1 : 1) : undefined;
  }
  const value = DECIMAL.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** @throws {Error} when the text is not YAML. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, DIALECT);
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw fault;
  }
  return document.toJS();
}

/**
 * All documents of a stream, empty ones included as null.
 *
 * @throws {Error} when the text is not YAML.
 */
export function parseYamlStream(text: string): unknown[] {
  const documents = parseAllDocuments(text, DIALECT);
  if (!Array.isArray(documents)) {
    return [];
  }
  return documents.map((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) {
      throw fault;
    }
    return document.toJS() as unknown;
  });
}
