import { type ErrorBody, TestEmulator } from "./support/test-emulator";
import type { ClusterBody, DropletsBody } from "./support/wire-types";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

describe("registries", () => {
  const create = (name: string, tier?: string, base = "/v2/registries") =>
    emulator.call<ErrorBody>("POST", base, {
      name,
      ...(tier !== undefined && { subscription_tier_slug: tier }),
    });

  test("a small plan has one, the professional one ten", async () => {
    expect((await create("first", "basic")).status).toBe(201);
    const second = await create("second");
    expect([second.status, second.body.message]).toEqual([422, "user already has a registry"]);

    await emulator.call("POST", "/v2/registries/subscription", { tier_slug: "professional" });
    for (let number = 2; number <= 10; number += 1) {
      expect((await create(`registry-${number}`)).status).toBe(201);
    }
    expect((await create("eleventh")).status).toBe(412);
    const back = await emulator.call("POST", "/v2/registries/subscription", { tier_slug: "basic" });
    expect(back.status).toBe(412);
  });

  test("the deprecated routes answer 412 when there are several", async () => {
    await create("one", "professional", "/v2/registry");
    expect((await emulator.get("/v2/registry")).status).toBe(200);

    await create("two");

    const { status, body } = await emulator.get<ErrorBody>("/v2/registry");
    expect([status, body.id]).toEqual([412, "precondition_failed"]);
    expect((await emulator.call("DELETE", "/v2/registry")).status).toBe(412);
    expect((await emulator.get("/v2/registries/two")).status).toBe(200);
  });

  test("a name can be used only once", async () => {
    await create("team", "professional");

    const taken = await create("team");
    expect([taken.status, taken.body.message]).toEqual([409, "name already exists"]);
    const check = (name: string) => emulator.call("POST", "/v2/registries/validate-name", { name });
    expect((await check("team")).status).toBe(409);
    expect((await check("free")).status).toBe(204);
    expect((await check("Not A Name")).status).toBe(422);
  });

  test("without one, nothing is shown", async () => {
    expect((await emulator.get("/v2/registry")).status).toBe(404);
    expect((await emulator.get("/v2/registries/none")).status).toBe(404);
    expect((await emulator.get("/v2/registries/subscription")).status).toBe(404);
    expect((await emulator.get("/v2/registries")).body).toEqual({ registries: [] });
  });

  test("docker credentials are the e-mail address and a token", async () => {
    await create("team", "basic");

    const { body } = await emulator.get<{ auths: Record<string, { auth: string }> }>(
      "/v2/registries/team/docker-credentials?read_write=true",
    );

    const { auth = "" } = body.auths["registry.digitalocean.com"] ?? {};
    expect(Buffer.from(auth, "base64").toString()).toMatch(
      /^developer@example\.com:dop_v1_[0-9a-f]{64}$/,
    );
  });

  test("clusters are integrated with all registries, or with some", async () => {
    const cluster = await emulator.createCluster();
    const body = { cluster_uuids: [cluster.id] };
    const integrate = (method: string, path: string, more = {}) =>
      emulator.call(method, `/v2/kubernetes/${path}`, { ...body, ...more });

    expect((await integrate("POST", "registry")).status).toBe(422);
    await create("one", "professional");
    await create("two");

    expect((await integrate("POST", "registry")).status).toBe(204);
    expect(await emulator.cluster(cluster.id)).toMatchObject({
      registry_enabled: true,
      registries: ["one", "two"],
    });
    await integrate("DELETE", "registries", { registries: ["one"] });
    expect((await emulator.cluster(cluster.id)).registries).toEqual(["two"]);
    await emulator.call("DELETE", "/v2/registries/two");
    expect((await emulator.cluster(cluster.id)).registry_enabled).toBe(false);
    expect((await integrate("POST", "registries", { registries: ["none"] })).status).toBe(404);
  });

  test("garbage collection runs in the background, one at a time, and can be cancelled", async () => {
    await create("team", "basic");
    const path = "/v2/registries/team/garbage-collection";
    type Body = { garbage_collection: { uuid: string; status: string } };
    const first = (await emulator.call<Body>("POST", path, {})).body.garbage_collection;

    expect(first.status).toBe("requested");
    expect((await emulator.call("POST", path, {})).status).toBe(409);
    await emulator.call("POST", "/_emulator/clock", { advanceSeconds: 12 });
    expect((await emulator.get<Body>(path)).body.garbage_collection.status).toBe(
      "scanning manifests",
    );
    const { body } = await emulator.call<Body>("PUT", `${path}/${first.uuid}`, { cancel: true });
    expect(body.garbage_collection.status).toBe("cancelled");

    await emulator.call("POST", path, {});
    await emulator.call("POST", "/_emulator/clock", { advanceSeconds: 60 });
    expect((await emulator.get(path)).status).toBe(404);
    const all = await emulator.get<{ garbage_collections: { status: string }[] }>(`${path}s`);
    expect(all.body.garbage_collections.map(({ status }) => status)).toEqual([
      "succeeded",
      "cancelled",
    ]);
  });
});

describe("projects", () => {
  interface ProjectBody {
    readonly project: { readonly id: string; readonly is_default: boolean };
  }
  interface ResourcesBody {
    readonly resources: readonly { readonly urn: string; readonly status: string }[];
  }
  const create = async (name = "shop") =>
    (await emulator.call<ProjectBody>("POST", "/v2/projects", { name, purpose: "Tests" })).body
      .project;
  const urns = async (id: string) =>
    (await emulator.get<ResourcesBody>(`/v2/projects/${id}/resources`)).body.resources.map(
      ({ urn }) => urn,
    );

  test("new resources are in the default project and can be moved", async () => {
    const cluster = await emulator.createCluster();
    const urn = `do:kubernetes:${cluster.id}`;
    expect(await urns("default")).toContain(urn);

    const { id } = await create();
    const assign = (resources: string[]) =>
      emulator.call<ResourcesBody>("POST", `/v2/projects/${id}/resources`, { resources });
    const { body } = await assign([urn, "do:volume:none"]);

    expect(body.resources.map(({ status }) => status)).toEqual(["assigned", "not_found"]);
    expect((await assign([urn])).body.resources[0]?.status).toBe("already_assigned");
    expect(await urns(id)).toEqual([urn]);
    expect(await urns("default")).not.toContain(urn);
  });

  test("one with resources cannot be deleted until they are gone", async () => {
    const cluster = await emulator.createCluster();
    const { id } = await create();
    await emulator.call("POST", `/v2/projects/${id}/resources`, {
      resources: [`do:kubernetes:${cluster.id}`],
    });

    const refused = await emulator.call<ErrorBody>("DELETE", `/v2/projects/${id}`);
    expect([refused.status, refused.body.message]).toEqual([
      412,
      "cannot delete a project with resources. move or remove the resources first",
    ]);

    await emulator.call("DELETE", `/v2/kubernetes/clusters/${cluster.id}`);
    expect((await emulator.call("DELETE", `/v2/projects/${id}`)).status).toBe(204);
    expect((await emulator.get(`/v2/projects/${id}`)).status).toBe(404);
  });

  test("there is always one default project", async () => {
    const { id } = await create();
    const before = (await emulator.get<ProjectBody>("/v2/projects/default")).body.project.id;

    await emulator.call("PATCH", `/v2/projects/${id}`, { is_default: true });

    const { project } = (await emulator.get<ProjectBody>("/v2/projects/default")).body;
    const old = (await emulator.get<ProjectBody>(`/v2/projects/${before}`)).body.project;
    expect([project.id, old.is_default]).toEqual([id, false]);
    expect((await emulator.call("DELETE", `/v2/projects/${id}`)).status).toBe(412);
  });

  test.each([
    ["a name in use", "POST", { name: "shop", purpose: "Tests" }, 409],
    ["no purpose", "POST", { name: "x" }, 422],
    ["an unknown environment", "POST", { name: "x", purpose: "y", environment: "Moon" }, 422],
  ])("with %s is refused", async (_, method, body, status) => {
    await create("shop");

    expect((await emulator.call(method, "/v2/projects", body)).status).toBe(status);
  });
});

describe("tags", () => {
  interface TagsBody {
    readonly tags: readonly {
      readonly name: string;
      readonly resources: { readonly count: number };
    }[];
  }
  const list = async () => (await emulator.get<TagsBody>("/v2/tags?per_page=200")).body.tags;

  test("are the resources' tags, with their counts", async () => {
    const pool = { name: "p", size: "s-1vcpu-2gb", count: 2 };
    const cluster = await emulator.createCluster({ node_pools: [pool] });

    const tag = (await list()).find(({ name }) => name === `k8s:${cluster.id}`);

    expect(tag?.resources).toMatchObject({ count: 2, droplets: { count: 2 } });
  });

  test("a deleted tag is removed from all resources", async () => {
    const pool = { name: "p", size: "s-1vcpu-2gb", count: 1, tags: ["team-a"] };
    await emulator.createCluster({ node_pools: [pool] });
    expect((await emulator.get<DropletsBody>("/v2/droplets?tag_name=team-a")).body.meta.total).toBe(
      1,
    );

    expect((await emulator.call("DELETE", "/v2/tags/team-a")).status).toBe(204);

    expect((await emulator.get<DropletsBody>("/v2/droplets?tag_name=team-a")).body.meta.total).toBe(
      0,
    );
    expect((await emulator.get("/v2/tags/team-a")).status).toBe(404);
  });

  test("a Droplet can be tagged, and untagged", async () => {
    const cluster: ClusterBody = await emulator.createCluster();
    await emulator.call("POST", "/v2/tags", { name: "hot" });
    const resources = [
      { resource_id: cluster.node_pools[0]?.nodes[0]?.droplet_id, resource_type: "droplet" },
    ];
    const tagged = async () =>
      (await emulator.get<DropletsBody>("/v2/droplets?tag_name=hot")).body.meta.total;

    await emulator.call("POST", "/v2/tags/hot/resources", { resources });
    expect(await tagged()).toBe(1);
    await emulator.call("DELETE", "/v2/tags/hot/resources", { resources });
    expect(await tagged()).toBe(0);
  });

  test("a name with a space is refused", async () => {
    expect((await emulator.call("POST", "/v2/tags", { name: "a tag" })).status).toBe(400);
  });
});
