import { type OverlaySettings, overlayArgs } from "../../../core/overlay/environment-overlay";
import { NOTHING_ALLOWED } from "../../../core/overlay/kustomize";

const ALICE = { stack: "alice-dev", owner: "alice", profile: "dev" };

const SETTINGS: OverlaySettings = {
  images: {},
  pins: {},
  placement: "cluster",
  clusterScoped: "refuse",
  smokeTest: {},
  podSecurity: "baseline",
  limits: { default: { memory: "512Mi" } },
  allowedKinds: [],
  registry: { access: "integration", name: "acme" },
  kustomize: NOTHING_ALLOWED,
};

describe("overlayArgs", () => {
  it("chooses the profile's folder, and a separate output folder", () => {
    expect(overlayArgs("/project", ALICE, { ...SETTINGS, imageTag: "pr-7" })).toEqual({
      projectFolder: "/project",
      stack: "alice-dev",
      overlay: "kustomize/dev",
      target: ".rendered/alice-dev",
      namespace: "alice-dev",
      labels: {
        "ephemeral-doks/stack": "alice-dev",
        "ephemeral-doks/owner": "alice",
        "ephemeral-doks/profile": "dev",
      },
      images: {},
      imageTag: "pr-7",
      pins: {},
      build: SETTINGS.kustomize,
      bounds: {
        trust: "own",
        podSecurity: "baseline",
        defaultLimits: { memory: "512Mi" },
        clusterScoped: "refuse",
        kinds: [],
        ownObjects: ["Secret/acme", "Secret/registry-acme"],
      },
    });
  });

  it("uses the overlay in the settings", () => {
    const { overlay } = overlayArgs("/project", ALICE, { ...SETTINGS, overlay: "../shop/dev" });
    expect(overlay).toBe("../shop/dev");
  });

  it("derives a valid namespace from any stack name", () => {
    const name = { stack: "Team_A-dev", owner: "Team_A", profile: "dev" };
    const { namespace, target } = overlayArgs("/project", name, SETTINGS);
    expect(namespace).toMatch(/^team-a-dev-[0-9a-f]{8}$/);
    expect(target).toBe(".rendered/Team_A-dev");
  });

  it("sets a shared cluster's options only there", () => {
    const shared = {
      ...SETTINGS,
      placement: "namespace",
      domain: "dev.example.com",
      clusterScoped: "convert",
      services: ["cart"],
      baseline: "Main-dev",
      smokeTest: { service: "web" },
    } as const;
    expect(overlayArgs("/project", ALICE, shared).shared).toEqual({
      convertClusterRoles: true,
      throughEntrance: true,
      entry: { service: "web" },
      part: { services: ["cart"], baseline: expect.stringMatching(/^main-dev-[0-9a-f]{8}$/) },
    });
    expect(overlayArgs("/project", ALICE, { ...shared, placement: "cluster" }).shared).toBe(
      undefined,
    );
  });
});
