import type { Leftover } from "../../../cli/environments/receipt";
import { leftBehindIn, rememberLeft } from "../../../cli/shared-clusters/left-behind";
import { Engine } from "../../../cli/stacks/engine";
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

/** What pulumi is asked to do after a teardown that has left these of the environment's two things. */
async function asked(things: Leftover[], tags: Record<string, string>): Promise<string[]> {
  const residence = { clusterId: CLUSTER, namespace: "alice-dev", belongings: [BALANCER, VOLUME] };
  await rememberLeft(new Engine(place.folder, place.env), "alice-dev", residence, things, tags);
  return place.pulumi.calls.map((words) => words.join(" "));
}

it("of a shared cluster is written down with the stack, and known from there", async () => {
  expect(await asked([left(VOLUME)], { owner: "alice" })).toEqual([
    `stack tag set has.${VOLUME} ${CLUSTER} --stack alice-dev`,
  ]);
  expect(leftBehindIn({ owner: "alice", [`has.${VOLUME}`]: CLUSTER })).toEqual({
    clusterId: CLUSTER,
    ids: [VOLUME],
  });
});

it("is struck out once it is gone", async () => {
  const tags = { [`has.${VOLUME}`]: CLUSTER, [`has.${BALANCER}`]: CLUSTER };
  expect(await asked([left(VOLUME)], tags)).toEqual([
    `stack tag rm has.${BALANCER} --stack alice-dev`,
  ]);
});

it("is nothing that the environment did not have", async () => {
  expect(await asked([left("somebody-elses")], {})).toEqual([]);
  expect(leftBehindIn({ owner: "alice" })).toBeUndefined();
});

it("has names that Pulumi Cloud takes for tags", () => {
  expect(`has.${VOLUME}`.length).toBeLessThanOrEqual(40);
});
