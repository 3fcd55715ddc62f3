import type { Layer } from "../../../core/settings/layers";
import { differences, revisionOf } from "../../../core/settings/revision";

describe("the revision of a stack's own settings", () => {
  it.each<[Layer, Layer]>([
    [{}, {}],
    [{ nodeCount: 2 }, { nodeCount: "2" }],
    [{ protect: true }, { protect: "true" }],
    [
      { ttl: "8h", quota: { pods: 10, cpu: "8" } },
      { quota: { cpu: 8, pods: "10" }, ttl: "8h" },
    ],
    [{ services: ["api", "web"] }, { services: ["api", "web"] }],
    [
      { domain: null, hosts: { api: null } },
      { domain: "", hosts: { api: "" } },
    ],
  ])("is the same for the same settings: %j, %j", (one, other) => {
    expect(revisionOf(one)).toBe(revisionOf(other));
    expect(differences(one, other)).toEqual([]);
  });

  it.each<[Layer, Layer]>([
    [{}, { nodeCount: 2 }],
    [{}, { images: {} }],
    [{}, { hosts: { api: null } }],
    [{ hosts: null }, { hosts: {} }],
    [{ nodeCount: 2 }, { nodeCount: 3 }],
    [{ services: ["api", "web"] }, { services: ["web", "api"] }],
    [{ services: ["api,web"] }, { services: ["api", "web"] }],
    [{ images: { api: { tag: "v1" } } }, { images: { web: { tag: "v1" } } }],
    [{ images: { api: { tag: "v1" } } }, { images: { "api.tag": "v1" } }],
  ])("differs for different settings: %j, %j", (one, other) => {
    expect(revisionOf(one)).not.toBe(revisionOf(other));
    expect(differences(one, other)).not.toEqual([]);
  });
});

describe("differences", () => {
  it("are listed by path, with both values, including missing ones", () => {
    const mine = { nodeCount: 2, images: { api: { tag: "v1" }, web: { tag: "v1" } }, ttl: "8h" };
    const theirs = {
      nodeCount: "4",
      images: { api: { tag: "v2" }, web: { tag: "v1" } },
      quota: { pods: 10 },
    };
    expect(differences(mine, theirs)).toEqual([
      { path: "images.api.tag", mine: "v1", theirs: "v2" },
      { path: "nodeCount", mine: 2, theirs: "4" },
      { path: "quota.pods", mine: undefined, theirs: 10 },
      { path: "ttl", mine: "8h", theirs: undefined },
    ]);
  });

  it("contain a setting that one of them unsets, once", () => {
    const host = { service: "api", port: 80 };
    const mine = { domain: null, hosts: { api: null }, images: null };
    const theirs = { hosts: { api: host, admin: null }, images: { web: { tag: "v1" } } };
    expect(differences(mine, theirs)).toEqual([
      { path: "domain", mine: null, theirs: undefined },
      { path: "hosts.admin", mine: undefined, theirs: null },
      { path: "hosts.api", mine: null, theirs: host },
      { path: "images", mine: null, theirs: theirs.images },
    ]);
  });

  it("contain an object that differs from a text", () => {
    expect(differences({ images: "none" }, { images: { api: { tag: "v1" } } })).toEqual([
      { path: "images", mine: "none", theirs: { api: { tag: "v1" } } },
      { path: "images.api.tag", mine: undefined, theirs: "v1" },
    ]);
  });
});
