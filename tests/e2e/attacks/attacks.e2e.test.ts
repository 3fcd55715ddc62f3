import { join } from "node:path";
import { BASELINE_LABEL } from "../../../core/labels";
import { COUNTED } from "../../../core/rules/kinds";
import { ENVIRONMENT } from "../../../core/rules/own-objects";
import { ATTACKS, type Attacker, BEST_ROLE, REFUSALS } from "../../attacks/requests";
import {
  ACCEPTED,
  ACCEPTED_OF_TREES,
  BASELINE,
  COUNTED_OBJECTS,
  type Loose,
  NAMESPACE,
  OVER_QUOTA,
  REFUSED,
  REFUSED_KINDS,
  service,
} from "../../attacks/tree-rows";
import { ApiServer, type Caller } from "../shared/support/api-server";
import { writeTenantTree } from "../shared/support/tenant-tree";
import { MINUTES } from "../support/commands";
import { until } from "../support/until";
import { World } from "../support/world";

// Claim: the API server of a shared cluster refuses the same objects as the rules for trees, regardless of a user's roles.

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
      new RegExp(`rule ${rule}\\)|may not write this kind|environment's own|an environment's host`),
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

/** More than there is room for, for the API server's own reason. */
const exceeding = (resource: string) => ({
  status: 403,
  text: expect.stringMatching(
    new RegExp(`exceeded quota: ${ENVIRONMENT}, requested: \\S*\\b${resource}=`),
  ) as string,
});

describe("a pod with the best role", () => {
  const { pod } = ATTACKERS;

  it.each(OVER_QUOTA)("is refused a $what: exceeds the quota of $of", async ({ object, of }) => {
    expect(await create(pod, object)).toEqual(exceeding(of));
  });

  it("is refused a third load balancer", async () => {
    const [first, second, third] = ["a", "b", "c"].map((name) =>
      service({ type: "LoadBalancer" }, { name }),
    );
    for (const one of [first, second]) {
      expect(one && (await create(pod, one, ""))).toMatchObject({ status: 201 });
    }
    expect(third && (await create(pod, third, ""))).toEqual(exceeding("services.loadbalancers"));
  });
});

// Last: the quota of nothing is for all of the namespace.
describe("where a quota has no room for one more", () => {
  beforeAll(async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/resourcequotas/${ENVIRONMENT}`;
    const quota = await apiServer.read<Quota>(path);
    const hard = Object.fromEntries(Object.keys(quota.spec.hard).map((name) => [name, "0"]));
    await apiServer.ask(administrator, "PATCH", path, { spec: { hard } });
    await until("the quota has no room", async () => {
      const { status } = await apiServer.read<Quota>(path);
      return Object.values(status.hard).every((most) => most === "0") || undefined;
    });
  }, MINUTES);

  it.each(COUNTED)("a pod with the best role is refused one of %s", async (kind) => {
    const object = COUNTED_OBJECTS[kind];
    expect(object && (await create(ATTACKERS.pod, object))).toEqual(exceeding(`count/${kind}`));
  });
});

interface Quota {
  readonly spec: { readonly hard: Readonly<Record<string, string>> };
  readonly status: { readonly hard: Readonly<Record<string, string>> };
}
