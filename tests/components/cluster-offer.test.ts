import * as pulumi from "@pulumi/pulumi";
import { findOffer } from "../../components/cluster-offer";
import { describeError } from "../../core/errors";
import { Recording } from "../helpers/record-mocks";

const size = (vcpus: number, available: boolean, regions: string[], priceHourly: number) => ({
  ...{ slug: `s-${vcpus}vcpu-${2 * vcpus}gb`, vcpus, memory: 2048 * vcpus },
  ...{ available, regions, priceHourly },
});
const SIZES = [
  size(1, true, ["nyc3", "fra1"], 0.01786),
  size(2, true, ["ams3", "fra1"], 0.03571),
  size(4, false, ["fra1"], 0.07143),
];
const ORDER = { region: "fra1", sizes: ["s-1vcpu-2gb", "s-2vcpu-4gb"], kubernetesVersion: "1.35" };

async function startWith(versions: { validVersions: string[]; latestVersion?: string }) {
  const asked = jest.fn(() => versions);
  await Recording.start({
    answers: {
      "digitalocean:index/getSizes:getSizes": () => ({ sizes: SIZES }),
      "digitalocean:index/getKubernetesVersions:getKubernetesVersions": asked,
    },
  });
  return asked;
}
const OFFERED = { validVersions: ["1.35.1-do.0", "1.35.0-do.2"], latestVersion: "1.35.1-do.0" };

describe("lookUp", () => {
  it("finds the newest patch of the minor version and the prices", async () => {
    const asked = await startWith(OFFERED);
    expect(await findOffer(ORDER)).toEqual({
      kubernetesVersion: "1.35.1-do.0",
      usdPerHour: { "s-1vcpu-2gb": 0.01786, "s-2vcpu-4gb": 0.03571 },
      droplets: {
        "s-1vcpu-2gb": { vcpus: 1, memoryMiB: 2048 },
        "s-2vcpu-4gb": { vcpus: 2, memoryMiB: 4096 },
      },
    });
    // The dot keeps 1.3 from meaning 1.35.
    expect(asked).toHaveBeenCalledWith({ versionPrefix: "1.35." });
  });

  it("fails for a region that is not offered, with those that are", async () => {
    await startWith(OFFERED);
    await expect(findOffer({ ...ORDER, region: "fra2" })).rejects.toThrow(
      'region "fra2" is not offered to this account; offered: ams3, fra1, nyc3\n  fix: pulumi config set --stack alice-dev region fra1',
    );
  });

  it("fails for all sizes that are not offered, with what is, and a fix that helps for each", async () => {
    await startWith(OFFERED);
    const error = await findOffer({
      ...ORDER,
      region: "ams3",
      sizes: ["s-1vcpu-2gb", "s-2vcpu-5gb", "s-4vcpu-8gb"],
    }).catch(describeError);
    expect(error).toBe(
      [
        'node size "s-1vcpu-2gb" is not offered in ams3; offered there: s-2vcpu-4gb. Each cluster has a base node of this size, whatever nodeSize is',
        "  fix: pulumi config set --stack alice-dev region fra1   # regions that offer it: fra1, nyc3",
        'node size "s-2vcpu-5gb" is not offered in ams3; offered there: s-2vcpu-4gb',
        "  fix: pulumi config set --stack alice-dev nodeSize s-2vcpu-4gb",
        'node size "s-4vcpu-8gb" is not offered in ams3; offered there: s-2vcpu-4gb',
        "  fix: pulumi config set --stack alice-dev nodeSize s-2vcpu-4gb",
      ].join("\n"),
    );
  });

  it("warns of a version that is gone, and leaves existing clusters alone", async () => {
    await startWith({ validVersions: [] });
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    expect((await findOffer(ORDER)).kubernetesVersion).toBe("1.35");
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("Kubernetes 1.35 is not offered"));
  });
});
