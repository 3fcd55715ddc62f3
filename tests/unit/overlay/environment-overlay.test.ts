import { overlayArgs } from "../../../overlay/environment-overlay";

const ALICE = { stack: "alice-dev", owner: "alice", profile: "dev" };

describe("overlayArgs", () => {
  it("chooses the profile's folder, and a folder of its own to generate in", () => {
    expect(overlayArgs("/project", ALICE, { images: {}, imageTag: "pr-7", pins: {} })).toEqual({
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
    });
  });

  it("takes the overlay that the settings name", () => {
    const { overlay } = overlayArgs("/project", ALICE, {
      overlay: "../shop/dev",
      images: {},
      pins: {},
    });
    expect(overlay).toBe("../shop/dev");
  });

  it("gives a namespace that Kubernetes takes, whatever the stack is called", () => {
    const name = { stack: "Team_A-dev", owner: "Team_A", profile: "dev" };
    const { namespace, target } = overlayArgs("/project", name, { images: {}, pins: {} });
    expect(namespace).toMatch(/^team-a-dev-[0-9a-f]{8}$/);
    expect(target).toBe(".rendered/Team_A-dev");
  });
});
