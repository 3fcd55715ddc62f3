import * as pulumi from "@pulumi/pulumi";
import { findOffer, type Offer } from "../../components/cluster-offer";
import { describeError, UserError } from "../../core/errors";
import { withServer } from "../helpers/local-server";
import { Recording } from "../helpers/record-mocks";

const size = (vcpus: number, available: boolean, regions: string[], priceHourly: number) => ({
  ...{ slug: `s-${vcpus}vcpu-${2 * vcpus}gb`, vcpus, memory: 2048 * vcpus },
  ...{ available, regions, priceHourly },
});
const SIZES = [
  size(1, true, ["nyc3", "fra1", "nyc2"], 0.01786),
  size(2, true, ["ams3", "fra1", "nyc2"], 0.03571),
  size(4, false, ["fra1"], 0.07143),
  // Too small for a node.
  { ...size(1, true, ["ams3", "fra1"], 0.00893), slug: "s-1vcpu-512mb-10gb" },
];
const ORDER = { region: "fra1", sizes: ["s-1vcpu-2gb", "s-2vcpu-4gb"], kubernetesVersion: "1.35" };

const VERSIONS = ["1.36.0-do.0", "1.35.1-do.9", "1.35.1-do.10", "1.35.0-do.2", "1.3.9-do.0"];

/** What is found where Droplets are to be had in one region more than clusters. */
async function find(order: Partial<typeof ORDER> = {}, versions = VERSIONS): Promise<Offer> {
  await Recording.start({
    answers: { "digitalocean:index/getSizes:getSizes": () => ({ sizes: SIZES }) },
  });
  const slugs = (list: readonly string[]) => list.map((slug) => ({ slug }));
  const options = {
    regions: slugs(["nyc3", "fra1", "ams3"]),
    versions: slugs(versions),
    sizes: slugs(["s-1vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb"]),
  };
  let offer: Promise<Offer> | undefined;
  await withServer(
    (request, response) => {
      response.writeHead(request.url === "/v2/kubernetes/options" ? 200 : 404);
      response.end(JSON.stringify({ options }));
    },
    async ({ url }) => {
      offer = findOffer({ ...ORDER, ...order }, { origin: url, token: "t" });
      await offer.catch(() => {
        // The test looks at it.
      });
    },
  );
  if (offer === undefined) {
    throw new Error("nothing was asked");
  }
  return offer;
}

describe("findOffer", () => {
  it("finds the newest patch of the minor version and the prices", async () => {
    expect(await find()).toEqual({
      kubernetesVersion: "1.35.1-do.10",
      ofNew: [],
      usdPerHour: { "s-1vcpu-2gb": 0.01786, "s-2vcpu-4gb": 0.03571 },
      sizes: [
        { slug: "s-1vcpu-2gb", vcpus: 1, memoryMiB: 2048 },
        { slug: "s-2vcpu-4gb", vcpus: 2, memoryMiB: 4096 },
      ],
    });
    // 1.3 does not mean 1.35.
    expect((await find({ kubernetesVersion: "1.3" })).kubernetesVersion).toBe("1.3.9-do.0");
  });

  it.each(["fra2", "nyc2"])(
    "fails for region %s, which does not offer clusters",
    async (region) => {
      await expect(find({ region })).rejects.toThrow(
        `region "${region}" is not offered for clusters; offered: ams3, fra1, nyc3\n  fix: pulumi config set --stack alice-dev region`,
      );
    },
  );

  it("fails for all unavailable sizes, with the available ones, and a fix for each", async () => {
    const sizes = ["s-1vcpu-2gb", "s-2vcpu-5gb", "s-4vcpu-8gb", "s-1vcpu-512mb-10gb"];
    const error = await find({ region: "ams3", sizes }).catch(describeError);
    expect(error).toBe(
      [
        'node size "s-1vcpu-2gb" is not offered in ams3; offered there: s-2vcpu-4gb. Each cluster has a base node of this size, regardless of nodeSize',
        "  fix: pulumi config set --stack alice-dev region fra1   # regions that offer it: fra1, nyc3",
        ...["s-2vcpu-5gb", "s-4vcpu-8gb", "s-1vcpu-512mb-10gb"].flatMap((slug) => [
          `node size "${slug}" is not offered in ams3; offered there: s-2vcpu-4gb`,
          "  fix: pulumi config set --stack alice-dev nodeSize s-2vcpu-4gb",
        ]),
      ].join("\n"),
    );
  });

  it("warns of a version that is no longer offered, which only an existing cluster may keep", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
    const { kubernetesVersion, ofNew } = await find({}, ["1.36.0-do.0", "1.34.2-do.0"]);
    expect(kubernetesVersion).toBe("1.35");
    const message = "Kubernetes 1.35 is not offered; offered: 1.36, 1.34";
    expect(warn).toHaveBeenCalledWith(`${message}; an existing cluster keeps its version`);
    expect(ofNew).toEqual([new UserError(message, "pulumi config set kubernetesVersion 1.36")]);
  });
});
