import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAtomically } from "../../../core/overlay/generated-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "generated-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("writeAtomically", () => {
  it("writes for the owner's eyes only, and leaves nothing else behind", () => {
    const path = join(folder, "file.yaml");
    writeAtomically(path, "a: 1\n");
    expect(readFileSync(path, "utf8")).toBe("a: 1\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["file.yaml"]);
  });

  it("replaces a file by a new one, so that a reader of the old one reads it to its end", () => {
    const path = join(folder, "file.yaml");
    writeFileSync(path, "a: 1\n");
    const before = statSync(path).ino;
    writeAtomically(path, "a: 2\n");
    expect(readFileSync(path, "utf8")).toBe("a: 2\n");
    expect(statSync(path).ino).not.toBe(before);
  });

  it("leaves a file alone that has this content already", () => {
    const path = join(folder, "file.yaml");
    writeFileSync(path, "a: 1\n");
    const before = statSync(path).ino;
    writeAtomically(path, "a: 1\n");
    expect(statSync(path).ino).toBe(before);
  });
});
