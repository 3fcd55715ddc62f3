import { describeError, UserError } from "../../core/errors";
import { capacityOf, requireRoom, shareOf } from "../../core/money/shared-capacity";

const NODES = [
  { count: 1, size: { vcpus: 1, memoryMiB: 2048 } },
  { count: 4, size: { vcpus: 2, memoryMiB: 4096 } },
];
const quota = (cpu: string, memory: string, pods: number) => ({ cpu, memory, pods });
const claim = (namespace: string, cpu: string) => ({ namespace, quota: quota(cpu, "1Gi", 10) });

function failure(work: () => void): string {
  try {
    work();
  } catch (error) {
    return error instanceof UserError ? describeError(error) : "not for users";
  }
  return "there is room";
}

describe("a shared cluster's capacity", () => {
  it("is what its nodes leave to pods", () => {
    expect(capacityOf(NODES)).toEqual({ millicores: 8500, memoryMiB: 11_264, pods: 550 });
  });

  it("is shared by that resource of which a quota is most", () => {
    expect(shareOf(quota("850m", "5632Mi", 1), capacityOf(NODES))).toBe(0.5);
    expect(shareOf(quota("4250m", "1Gi", 1), capacityOf(NODES))).toBe(0.5);
  });

  it("has room for quotas that together equal it, but not for more", () => {
    const room = (cpu: string, overcommit = 1) =>
      failure(() =>
        requireRoom(claim("eve-dev", cpu), [claim("bob-dev", "6")], capacityOf(NODES), overcommit),
      );
    expect(room("2500m")).toBe("there is room");
    expect(room("2501m")).toMatch(/^the shared cluster has no room .* 8.501 of 8.5 CPUs/);
    expect(room("3", 2)).toBe("there is room");
    expect(room("12", 2)).toMatch(/18 of 17 CPUs \(its capacity times overcommit 2\)/);
  });

  it("lists the existing quotas, largest first, when there is no room", () => {
    const claims = [claim("small-dev", "1"), claim("large-dev", "7")];
    const text = failure(() => requireRoom(claim("eve-dev", "2"), claims, capacityOf(NODES), 1));
    expect(text.split("\n").slice(1, 4)).toEqual([
      "  existing quotas:",
      "    large-dev: 7 CPUs, 1Gi memory and 10 pods",
      "    small-dev: 1 CPUs, 1Gi memory and 10 pods",
    ]);
    expect(text).toMatch(/free: 0.5 CPUs, 9Gi memory, 530 pods/);
    expect(text).toMatch(/fix: take an environment down, lower the quota/);
  });

  it("is compared for every resource, and each shortage is reported", () => {
    const asked = { namespace: "eve-dev", quota: quota("9", "12Gi", 600) };
    expect(failure(() => requireRoom(asked, [], capacityOf(NODES), 1))).toMatch(
      /9 of 8.5 CPUs and 12Gi of 11Gi memory and 600 of 550 pods/,
    );
  });
});
