import type { Leftover } from "../../../cli/environments/receipt";
import { leftBehindIn, rememberLeft } from "../../../cli/shared-clusters/left-behind";
import { checkpointOf } from "../stacks/support/checkpoints";
import { Workplace } from "../support/workplace";

const CLUSTER = "8d91899c-0739-4a1a-acc5-deadbeefbb8f";
const BALANCER = "4de7ac8b-495b-4884-9a69-1050c6793cd6";
const VOLUME = "506f78a4-e098-11e5-ad9f-000f53306ae1";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.stack("alice-dev", checkpointOf("alice-dev"));
});
afterEach(() => place.remove());

const left = (id: string): Leftover => ({ kind: "volumes", id, name: id, removal: "" });

/** The tags after a teardown that has left these of the environment's two things. */
async function remembered(
  things: Leftover[],
  tags: Record<string, string>,
): Promise<Record<string, string>> {
  const sharedNamespace = {
    clusterId: CLUSTER,
    namespace: "alice-dev",
    accountResources: [BALANCER, VOLUME],
  };
  place.backend.tags("alice-dev", tags);
  await rememberLeft(place.context(), { stack: "alice-dev", tags }, sharedNamespace, things);
  return place.backend.tagsOf("alice-dev");
}

it("is recorded in the stack's tags", async () => {
  expect(await remembered([left(VOLUME)], { owner: "alice" })).toEqual({
    owner: "alice",
    [`has.${VOLUME}`]: CLUSTER,
  });
  expect(leftBehindIn({ owner: "alice", [`has.${VOLUME}`]: CLUSTER })).toEqual({
    clusterId: CLUSTER,
    ids: [VOLUME],
  });
});

it("is removed from the record once it is gone", async () => {
  const tags = { [`has.${VOLUME}`]: CLUSTER, [`has.${BALANCER}`]: CLUSTER };
  expect(await remembered([left(VOLUME)], tags)).toEqual({ [`has.${VOLUME}`]: CLUSTER });
});

it("contains only resources of the environment", async () => {
  expect(await remembered([left("somebody-elses")], {})).toEqual({});
  expect(leftBehindIn({ owner: "alice" })).toBeUndefined();
});

it("has valid tag names for Pulumi Cloud", () => {
  expect(`has.${VOLUME}`.length).toBeLessThanOrEqual(40);
});
