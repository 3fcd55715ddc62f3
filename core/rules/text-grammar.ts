import type { KubernetesObject } from "../manifests/manifest";
import type { ClusterFault } from "./served-kinds";
import { type TextMap, textMapsIn } from "./text-maps";

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const NAME = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const PREFIX = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** @see https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object */
const DATA_KEY = /^(?!\.\.)(?!\.$)[-._A-Za-z0-9]{1,253}$/;
/** Of a length that four divides. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** In bytes, of all values. @see https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const MOST_DATA = 2 ** 20;
/** In bytes, of all names and values. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go (TotalAnnotationSizeLimitB) */
const MOST_ANNOTATIONS = 256 * 2 ** 10;

const DATA = ["data", "binaryData", "stringData"];

/** Names and values of labels, annotations and data that the API server refuses. */
export function invalidTexts(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.flatMap((object) => {
    const maps = textMapsIn(object);
    const { kind } = object;
    return [...maps.flatMap((map) => faultsIn(map, kind)), ...dataSizeFaults(maps, kind)].map(
      ({ message, fix }) => ({
        message: `${kind}/${object.metadata.name}: ${message}`,
        fix,
      }),
    );
  });
}

function faultsIn({ field, path, map }: TextMap, kind: string): ClusterFault[] {
  const texts = textsIn(map);
  if (DATA.includes(field)) {
    return texts.flatMap(([key, value]) => dataFaults(field, key, value, kind));
  }
  switch (field) {
    case "env":
      return [];
    case "annotations":
      return [
        ...texts.flatMap(([name]) => nameFaults(path, name.toLowerCase(), name)),
        ...(Buffer.byteLength(texts.flat().join("")) > MOST_ANNOTATIONS
          ? [
              {
                message: `${path} are larger than 256 KiB`,
                fix: "remove some of them, or move them into a ConfigMap",
              },
            ]
          : []),
      ];
    default:
      return texts.flatMap(([name, value]) => [
        ...nameFaults(path, name, name),
        ...valueFaults(path, name, value),
      ]);
  }
}

function nameFaults(path: string, text: string, shown: string): ClusterFault[] {
  const [name = "", prefix, ...more] = text.split("/").reverse();
  const isValid =
    NAME.test(name) && (prefix === undefined || PREFIX.test(prefix)) && more.length === 0;
  return isValid
    ? []
    : [
        {
          message: `${path} has the name "${shown}", which is not valid in Kubernetes`,
          fix: "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends, and before them a DNS name and a slash at most",
        },
      ];
}

function valueFaults(path: string, name: string, value: string): ClusterFault[] {
  return value === "" || NAME.test(value)
    ? []
    : [
        {
          message: `${path}.${name} is "${value}", which is not valid as a label's value`,
          fix: `use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends, such as "${asLabel(value)}"`,
        },
      ];
}

/** The nearest valid value. */
function asLabel(value: string): string {
  const allowed = value.replaceAll(/[^-A-Za-z0-9_.]+/g, "-").slice(0, 63);
  return allowed.replaceAll(/^[-_.]+|[-_.]+$/g, "");
}

function dataFaults(field: string, key: string, value: string, kind: string): ClusterFault[] {
  return [
    ...(DATA_KEY.test(key)
      ? []
      : [
          {
            message: `${field} has the key "${key}", which is not valid in Kubernetes`,
            fix: "use at most 253 letters, digits, dashes, underscores and dots",
          },
        ]),
    ...(isEncoded(field, kind) && !isBase64(value)
      ? [
          {
            message: `${field}.${key} is not valid base64`,
            fix:
              kind === "Secret"
                ? "encode it, or move it to stringData"
                : "encode it, or move it to data",
          },
        ]
      : []),
  ];
}

function dataSizeFaults(maps: readonly TextMap[], kind: string): ClusterFault[] {
  const size = maps
    .filter(({ field }) => DATA.includes(field))
    .flatMap(({ field, map }) => {
      const encoding = isEncoded(field, kind) ? "base64" : "utf8";
      return textsIn(map).map(([, value]) => Buffer.byteLength(value, encoding));
    })
    .reduce((sum, bytes) => sum + bytes, 0);
  return size > MOST_DATA
    ? [{ message: "its data are larger than 1 MiB", fix: "divide it, or use a volume instead" }]
    : [];
}

/** Lines may be wrapped. */
function isBase64(value: string): boolean {
  const text = value.replaceAll(/[\r\n]/g, "");
  return text.length % 4 === 0 && BASE64.test(text);
}

function isEncoded(field: string, kind: string): boolean {
  return field === "binaryData" || (kind === "Secret" && field === "data");
}

function textsIn(map: TextMap["map"]): [name: string, value: string][] {
  return Object.entries(map).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
}
