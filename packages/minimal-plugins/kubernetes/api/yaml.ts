/** YAML as Kubernetes' own tools read it. */
import {
  type DocumentOptions,
  type ParseOptions,
  parseAllDocuments,
  parseDocument,
  type SchemaOptions,
  type Tags,
} from "yaml";

const TIMESTAMP = "tag:yaml.org,2002:timestamp";

/**
 * YAML 1.1 (`0644` is octal, `yes` is true), but without its base-60 numbers and timestamps: Go's parser, which
 * kubectl and kustomize are built with, reads `12:30:00` and `2020-01-01` as strings.
 *
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.6.0/goyaml.v2/resolve.go
 */
const DIALECT: ParseOptions & DocumentOptions & SchemaOptions = {
  version: "1.1",
  customTags: (tags: Tags): Tags =>
    tags.filter(
      (tag) => typeof tag === "string" || (tag.format !== "TIME" && tag.tag !== TIMESTAMP),
    ),
};

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
