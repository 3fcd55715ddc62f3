import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { writeYaml } from "../../core/manifests/write-yaml";
import { writeFlat } from "../../core/overlay/flat-folder";
import { kustomize } from "../../core/overlay/kustomize";
import { renderingOf } from "../../core/overlay/rendering";
import { renderKustomization } from "../../packages/minimal-plugins/kubernetes/kustomize/render";
import { NASTY_TEXTS, nastyJson } from "../helpers/nasty-values";

// Claim: for any tree, we read the values that kustomize means, and every reader of our output gets the same.

const OPTIONS = { loadRestrictor: "LoadRestrictionsRootOnly", helm: false } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nasty-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * kustomize ends with an error for a control character or a very long key, takes U+0085 for the end of a line, and merges at a
 * key `<<` also in quotes.
 */
const lost = (text: string) => /[\u007f-\u009f\ufffe\uffff\p{Surrogate}]/u.test(text);

const passes = (value: unknown): boolean =>
  typeof value === "string"
    ? !lost(value)
    : typeof value !== "object" || value === null
      ? true
      : Object.entries(value).every(
          ([key, one]) => key.length < 1000 && key !== "<<" && !lost(key) && passes(one),
        );

const objectOf = (spec: unknown): KubernetesObject => ({
  apiVersion: "example.com/v1",
  kind: "Nasty",
  metadata: { name: "a", namespace: "alice-dev" },
  spec,
});

const TEXTS = objectOf(NASTY_TEXTS.filter(passes));

describe("a nasty value", () => {
  it("of a tree is read as kustomize reads it", async () => {
    mkdirSync(join(folder, "tree"));
    writeFileSync(
      join(folder, "tree/kustomization.yaml"),
      JSON.stringify({ resources: ["a.yaml"] }),
    );
    writeFileSync(join(folder, "tree/a.yaml"), writeYaml([TEXTS]));
    expect(await kustomize(join(folder, "tree"), process.env, OPTIONS)).toEqual([TEXTS]);
  });

  it("is the same for kustomize, and for the provider, once it is written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nastyJson.filter(passes), { minLength: 10 }), async (values) => {
        const objects = [objectOf([...values, ...NASTY_TEXTS.filter(passes)])];
        writeFlat(folder, renderingOf(objects));
        expect(await kustomize(folder, process.env, OPTIONS)).toEqual(objects);
        const { signal } = new AbortController();
        expect(await renderKustomization(folder, "component", signal)).toEqual(objects);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
