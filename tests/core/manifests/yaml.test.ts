import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { readYaml, YamlError } from "../../../core/manifests/read-yaml";
import { writeYaml } from "../../../core/manifests/write-yaml";
import { NASTY_TEXTS, nastyJson } from "../../helpers/nasty-values";

describe("readYaml", () => {
  it.each([
    [".", "."],
    ["e1", "e1"],
    ["123e4567", "123e4567"],
    ["564e4051", "564e4051"],
    ["12:30:00", "12:30:00"],
    ["2026-11-30", "2026-11-30"],
    ["on", "on"],
    ["no", "no"],
    ["y", "y"],
    ["_1", "_1"],
    ["0b2", "0b2"],
    ["1__0", 10],
    ["0644", 420],
    ["0o17", 15],
    ["0x1F", 31],
    ["-0b101", -5],
    ["08", 8],
    [".5", 0.5],
    ["1e3", 1000],
    ["+12", 12],
    ["True", true],
    ["~", null],
    ["", null],
    ["0xffffffffffffffffffff", "0xffffffffffffffffffff"],
    ["-.inf", -Infinity],
  ])("parses the plain scalar %s like kustomize", (text, value) => {
    expect(readYaml(`a: ${text}\n`)).toEqual([{ a: value }]);
  });

  it("omits empty documents, and resolves merge keys", () => {
    expect(readYaml("---\n---\na: &x {b: 1}\nc: {<<: *x}\n---\n")).toEqual([
      { a: { b: 1 }, c: { b: 1 } },
    ]);
  });

  it.each(["a: 1\na: 2\n", "a: [\n", "a: !!python/object x\n", "? [a]\n: b\n", bomb()])(
    "refuses %j",
    (text) => {
      expect(() => readYaml(text)).toThrow(YamlError);
    },
  );
});

/** Nine lists, each with the one before in it nine times. */
function bomb(): string {
  const lists = Array.from({ length: 9 }, (_, index) => {
    const one = index === 0 ? "x" : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array<string>(9).fill(one).join(", ")}]`;
  });
  return `${lists.join("\n")}\n`;
}

describe("writeYaml", () => {
  it("is readable", () => {
    const object = {
      kind: "ConfigMap",
      metadata: { name: "a", labels: { owner: "no", y: "1" }, annotations: {} },
      data: { "app.conf": "[a]\nb = 1\n", empty: "" },
      list: [{ a: 1, b: [true, null] }, [["x"]], [], 1.5e30],
    };
    expect(writeYaml([object, { kind: "Other" }])).toBe(`kind: "ConfigMap"
metadata:
  name: "a"
  labels:
    owner: "no"
    "y": "1"
  annotations: {}
data:
  app.conf: |
    [a]
    b = 1
  empty: ""
list:
- a: 1
  b:
  - true
  - null
- - - "x"
- []
- 1.5e+30
---
kind: "Other"
`);
  });

  it("is parsed identically by YAML 1.1, YAML 1.2 and kustomize", () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(nastyKey, nastyJson, { minKeys: 1 })), (documents) => {
        const written = writeYaml(documents);
        for (const version of ["1.1", "1.2"] as const) {
          const read = parseAllDocuments(written, { version });
          expect(Array.isArray(read) ? read.map((one) => one.toJS() as unknown) : []).toEqual(
            documents,
          );
        }
        expect(readYaml(written)).toEqual(documents);
      }),
      { numRuns: 150 },
    );
  });

  it.each([[Number.NaN], [Infinity], [1n], [Symbol("a")]])("refuses %p", (value) => {
    expect(() => writeYaml([{ value }])).toThrow(TypeError);
  });
});

const nastyKey = fc.oneof(fc.constantFrom(...NASTY_TEXTS), fc.string({ unit: "binary" }));
