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
  it("writes a file that only its owner can read, and leaves no other file", () => {
    const path = join(folder, "file.yaml");
    writeAtomically(path, "a: 1\n");
    expect(readFileSync(path, "utf8")).toBe("a: 1\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["file.yaml"]);
  });

  it("replaces a file so that readers of the old one are not disturbed", () => {
    const path = join(folder, "file.yaml");
    writeFileSync(path, "a: 1\n");
    const before = statSync(path).ino;
    writeAtomically(path, "a: 2\n");
    expect(readFileSync(path, "utf8")).toBe("a: 2\n");
    expect(statSync(path).ino).not.toBe(before);
  });

  it("does not rewrite a file with the same content", () => {
    const path = join(folder, "file.yaml");
    writeFileSync(path, "a: 1\n");
    const before = statSync(path).ino;
    writeAtomically(path, "a: 1\n");
    expect(statSync(path).ino).toBe(before);
  });
});
