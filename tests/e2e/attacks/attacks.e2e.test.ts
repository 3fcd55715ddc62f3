import { join } from "node:path";
import { BASELINE_LABEL } from "../../../core/labels";
import { ATTACKS, type Attacker, BEST_ROLE, REFUSALS } from "../../attacks/requests";
import {
  ACCEPTED,
  ACCEPTED_OF_TREES,
  BASELINE,
  type Loose,
  NAMESPACE,
  REFUSED,
  REFUSED_KINDS,
} from "../../attacks/tree-rows";
import { ApiServer, type Caller } from "../shared/support/api-server";
import { writeTenantTree } from "../shared/support/tenant-tree";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";

// Claim: the API server of a shared cluster refuses what the rules refuse of trees, whatever somebody's roles allow.

const HOST = "team-shared";
/** Somebody with all rights in the namespace: no roles are between them and the policies. */
const MALLORY = { as: `system:serviceaccount:${NAMESPACE}:mallory` };

let world: World;
let apiServer: ApiServer;
let administrator: Caller;

beforeAll(async () => {
  world = await World.start();
  await world.doksEnvWell("up", HOST, "--yes", "--set", "domain=dev.example.com");
  const tree = writeTenantTree(join(world.folder, "plain"));
  const place = ["placement=namespace", `hostStack=${HOST}`, "quota.cpu=1", "quota.memory=1Gi"];
  await world.doksEnvWell(
    ...["up", NAMESPACE, "--yes", "--overlay", tree],
    ...place.flatMap((setting) => ["--set", setting]),
  );
  apiServer = await ApiServer.of(world, await world.output(HOST, "clusterId"));
  administrator = apiServer.administrator;
  const labels = { metadata: { labels: { [BASELINE_LABEL]: BASELINE } } };
  await apiServer.ask(administrator, "PATCH", `/api/v1/namespaces/${NAMESPACE}`, labels);
  await giveAllRights();
  await giveBestRole();
}, 6 * MINUTES);
afterAll(async () => {
  apiServer.close();
  await world.close();
}, MINUTES);

/** As somebody could who had bound a role before there were policies. */
async function giveAllRights(): Promise<void> {
  const path =
    "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/environment-role-bindings";
  const bound = await apiServer.read<{ metadata: object; spec: object }>(path);
  await apiServer.ask(administrator, "DELETE", path);
  const rights = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "mallory", namespace: NAMESPACE },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "mallory", namespace: NAMESPACE }],
  };
  let given = 0;
  while (given !== 201) {
    given = (await create(administrator, rights, "")).status;
  }
  await apiServer.ask(administrator, "POST", path.slice(0, path.lastIndexOf("/")), {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "environment-role-bindings" },
    spec: bound.spec,
  });
  let refused = 0;
  while (refused !== 403) {
    refused = (await create(administrator, { ...rights, metadata: { name: "more" } })).status;
  }
}

/** To a pod's ServiceAccount; the policies let it. */
async function giveBestRole(): Promise<void> {
  const rbac = "rbac.authorization.k8s.io";
  const metadata = { name: "operator" };
  const objects = [
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata, rules: BEST_ROLE },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name: "operator" },
      subjects: [{ kind: "ServiceAccount", name: "operator", namespace: NAMESPACE }],
    },
  ];
  for (const object of objects) {
    expect(await create(administrator, object, "")).toMatchObject({ status: 201 });
  }
}

/** Asks for an object, and leaves none. */
function create(caller: Caller, object: Loose, dryRun = "?dryRun=All") {
  return apiServer.ask(caller, "POST", apiServer.collection(object, NAMESPACE) + dryRun, object);
}

const ATTACKERS: Readonly<Record<Attacker, Caller>> = {
  developer: { as: `system:serviceaccount:${NAMESPACE}:developer` },
  pod: { as: `system:serviceaccount:${NAMESPACE}:operator` },
  mallory: MALLORY,
  neighbour: { as: "system:serviceaccount:bob-dev:developer" },
};

describe("an attack by request", () => {
  it.each(ATTACKS)(
    "$by $attack: refused by $refusedBy",
    async ({ by, method, path, body, refusedBy }) => {
      const at = path.startsWith("/api") ? path : `/api/v1/namespaces/${NAMESPACE}${path}`;
      const dry = method === "GET" ? at : `${at}?dryRun=All`;
      const { status, text } = await apiServer.ask(ATTACKERS[by], method, dry, body);
      expect({ status, text }).toEqual({
        status: 403,
        text: expect.stringMatching(REFUSALS[refusedBy]),
      });
    },
  );
});

describe("somebody with all rights in a namespace", () => {
  it.each([...REFUSED, ...REFUSED_KINDS])("is refused a $what", async ({ object, rule }) => {
    const { status, text } = await create(MALLORY, object);
    expect({ status, text }).toEqual({ status: 403, text: expect.stringMatching(/./) });
    // Several policies may refuse one object; the API server tells of the first.
    expect(text).toMatch(
      new RegExp(
        `rule ${rule}\\)|does not write this kind|environment's own|an environment's host`,
      ),
    );
  });

  it.each(ACCEPTED.map((object) => [JSON.stringify(object), object] as const))(
    "may have %s",
    async (_, object) => {
      expect(await create(MALLORY, object)).toMatchObject({ status: 201 });
    },
  );
});

describe("the administrator, as whom trees are applied", () => {
  const judged = REFUSED.filter(
    ({ rule }) =>
      !/^(load-balancers\/(claims|annotations)|finalizers|kinds|volumes\/chosen)/.test(rule),
  );
  it.each(judged)("is refused a $what", async ({ object, rule }) => {
    expect(await create(administrator, object)).toEqual({
      status: 403,
      text: expect.stringContaining(`rule ${rule})`),
    });
  });

  it.each(
    [...ACCEPTED, ...ACCEPTED_OF_TREES].map((object) => [JSON.stringify(object), object] as const),
  )("may have %s", async (_, object) => {
    expect(await create(administrator, object)).toMatchObject({ status: 201 });
  });
});
