import { resourcesOf } from "../../kubernetes/nodes/capacity";

const size = (vcpus: number, memoryMiB: number) => ({
  slug: "any",
  vcpus,
  memoryMiB,
  diskGiB: 80,
});

describe("what a node leaves to pods", () => {
  test.each([
    [1, 2048, "900m", "1024Mi"],
    [2, 4096, "1900m", "2560Mi"],
    [4, 8192, "3900m", "6144Mi"],
    [8, 16_384, "7900m", "13312Mi"],
  ])("of %d vCPUs and %d MiB is %s and %s", (vcpus, memoryMiB, cpu, memory) => {
    expect(resourcesOf(size(vcpus, memoryMiB)).allocatable).toMatchObject({ cpu, memory });
  });

  test("of sizes between and beyond the documented ones is in proportion", () => {
    const memory = (memoryMiB: number) => resourcesOf(size(2, memoryMiB)).allocatable.memory;
    expect(memory(6 * 1024)).toBe(`${(2.5 + 6) * 512}Mi`);
    expect(memory(512 * 1024)).toBe(`${480 * 1024}Mi`);
  });

  test("is less than its capacity", () => {
    const { capacity, allocatable } = resourcesOf(size(1, 1024));
    expect(capacity).toMatchObject({
      cpu: "1",
      memory: "1017118Ki",
      "ephemeral-storage": "83886080Ki",
    });
    expect(allocatable).toMatchObject({ cpu: "900m", memory: "512Mi", pods: "110" });
  });
});
