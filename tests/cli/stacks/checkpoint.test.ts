import fc from "fast-check";
import { parseCheckpoint, parseCheckpointHead, parseExport } from "../../../cli/stacks/checkpoint";
import { checkpointOf, checkpointWith, outputsOf, SECRET } from "./support/checkpoints";

describe("a checkpoint", () => {
  it("contains its time, the stack's creation and its outputs", () => {
    expect(parseCheckpoint(checkpointOf("alice-dev"))).toEqual({
      lastUpdate: "2026-11-23T08:30:00.123456789Z",
      created: "2026-11-20T08:00:00.5Z",
      hasResources: true,
      outputs: outputsOf("alice-dev"),
    });
  });

  it("is recognized as never written", () => {
    const text = '{"version":0,"checkpoint":{"stack":"organization/shop/alice-dev"}}';
    expect(parseCheckpoint(text)).toEqual({ hasResources: false, outputs: {} });
  });

  it("is recognized as new or destroyed", () => {
    expect(parseCheckpoint(checkpointWith("alice-dev", { time: "2026-11-23T08:30:00Z" }))).toEqual({
      lastUpdate: "2026-11-23T08:30:00Z",
      hasResources: false,
      outputs: {},
    });
  });

  it("has no time for Go's zero time", () => {
    const text = checkpointWith("alice-dev", { time: "0001-01-01T00:00:00Z" });
    expect(parseCheckpoint(text)).toEqual({ hasResources: false, outputs: {} });
  });

  it("has resources and no outputs when the first update has failed", () => {
    const text = checkpointOf("alice-dev", { outputs: {} });
    expect(parseCheckpoint(text)).toMatchObject({ hasResources: true, outputs: {} });
  });

  it("omits secret outputs", () => {
    const outputs = {
      url: "http://localhost",
      token: SECRET,
      deep: { list: [{ password: SECRET }] },
      plain: { list: [{ password: "none" }] },
    };
    expect(parseCheckpoint(checkpointOf("alice-dev", { outputs })).outputs).toEqual({
      url: "http://localhost",
      plain: { list: [{ password: "none" }] },
    });
  });

  it("finds the stack's own resource at any position", () => {
    const parent = "urn:pulumi:alice-dev::shop::pulumi:pulumi:Stack::shop-alice-dev";
    const resources = [
      { type: "pulumi:pulumi:Stack", parent, outputs: { url: "of a nested one" } },
      { type: "pulumi:pulumi:Stack", outputs: { url: "its own" } },
    ];
    expect(parseCheckpoint(checkpointWith("alice-dev", { resources })).outputs).toEqual({
      url: "its own",
    });
  });

  it.each([
    ["", "it is not valid JSON"],
    ['{"version":3,"checkpoint":{"stack":"s3cret', "it is not valid JSON"],
    ["[]", "it is not a JSON object"],
    ['{"stack":"organization/shop/alice-dev"}', "it is not a checkpoint of Pulumi"],
    ['{"version":3,"checkpoint":{"latest":{}}}', "its deployment does not have Pulumi's format"],
    [
      '{"version":3,"checkpoint":{"latest":{"manifest":{"time":""},"resources":[null]}}}',
      "its deployment does not have Pulumi's format",
    ],
  ])("is refused when it is damaged, without showing its content: %s", (text, message) => {
    expect(() => parseCheckpoint(text)).toThrow(new Error(message));
  });
});

describe("the beginning of a checkpoint", () => {
  const whole = checkpointOf("alice-dev");

  it("is enough when the stack's own resource is in it", () => {
    const head = whole.slice(0, 8 * 1024);
    expect(parseCheckpointHead(head)).toEqual(parseCheckpoint(whole));
  });

  it("matches the whole or is undefined, for any cut and any outputs", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (outputs, cut) => {
        const text = checkpointOf("alice-dev", { outputs, others: 1 });
        const state = parseCheckpointHead(text.slice(0, cut % text.length));
        expect([undefined, parseCheckpoint(text)]).toContainEqual(state);
      }),
    );
  });

  it("is read with quotes, braces and backslashes in outputs", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'"\\{}[],:') }), (text) => {
        const checkpoint = checkpointOf("alice-dev", { outputs: { [text]: [text] }, others: 1 });
        expect(parseCheckpointHead(checkpoint)?.outputs).toEqual({ [text]: [text] });
      }),
    );
  });

  it("is read with the indentation of older versions of Pulumi", () => {
    const indented = JSON.stringify(JSON.parse(whole), undefined, 4);
    expect(parseCheckpointHead(indented.slice(0, 16 * 1024))).toEqual(parseCheckpoint(whole));
  });

  it.each([
    ["the stack's own resource is longer", whole.slice(0, 2_000)],
    ["another resource comes first", checkpointWith("alice-dev", { resources: [{ type: "a" }] })],
    ["there are no resources", checkpointWith("alice-dev", {})],
    ["the layout is another", `{"checkpoint":${whole}}`],
  ])("is not enough when %s", (_, head) => {
    expect(parseCheckpointHead(head)).toBeUndefined();
  });
});

describe("what `pulumi stack export` prints", () => {
  it("matches the checkpoint", () => {
    const checkpoint = checkpointOf("alice-dev");
    const { latest } = (JSON.parse(checkpoint) as { checkpoint: { latest: unknown } }).checkpoint;
    const text = JSON.stringify({ version: 3, deployment: latest }, undefined, 4);
    expect(parseExport(text)).toEqual(parseCheckpoint(checkpoint));
  });

  it("has no deployment before anything was written", () => {
    const text = '{"version":3,"deployment":null}';
    expect(parseExport(text)).toEqual({ hasResources: false, outputs: {} });
  });
});
