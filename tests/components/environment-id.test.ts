import { declareId } from "../../components/environment-id";
import { withServer } from "../helpers/local-server";
import { only, promiseOf, Recording } from "../helpers/record-mocks";

const UUID = "random:index/randomUuid:RandomUuid";
const TEAM = { uuid: "team-1", name: "Acme" };
const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";

/** Declares an id with the token of an account. @param kept - keepers of an id that is in the state already */
async function declare(team: object | undefined, region: string, kept?: object) {
  const recording = await Recording.start({
    computed: { [UUID]: () => ({ result: ID, ...(kept && { keepers: kept }) }) },
  });
  let declared: Awaited<ReturnType<typeof declareId>> | undefined;
  await withServer(
    (_request, response) =>
      response.end(JSON.stringify({ account: { uuid: "user-1", email: "a@example.com", team } })),
    async ({ url: origin }) => {
      declared = await declareId("alice-dev", region, { origin, token: "t" });
    },
  );
  return { declared: declared as NonNullable<typeof declared>, recording };
}

describe("an environment's id", () => {
  it("is random, and permanently records the account and the first region", async () => {
    const { declared, recording } = await declare(TEAM, "fra1");
    expect(await promiseOf(declared.id)).toBe(ID);
    expect(await promiseOf(declared.account)).toBe("team-1");
    expect(only(await recording.resources(), UUID)).toMatchObject({
      name: "id",
      inputs: { keepers: { account: "team-1", region: "fra1" } },
      options: { ignoreChanges: ["keepers"] },
    });
  });

  it("records the user's own account where there is no team", async () => {
    const { declared } = await declare(undefined, "fra1");
    expect(await promiseOf(declared.account)).toBe("user-1");
  });

  it.each([
    ["fra1", "alice-dev"],
    ["nyc3", "alice-dev-nyc3"],
  ])("gives a cluster in %s the name %s when the first one was in fra1", async (region, name) => {
    const { declared } = await declare(TEAM, region, { account: "team-1", region: "fra1" });
    expect(await promiseOf(declared.clusterName)).toBe(name);
  });
});
