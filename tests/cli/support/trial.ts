import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { DigitalOcean } from "../../../cli/account/digitalocean";
import type { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { checkpointOf, checkpointWith, outputsOf } from "../stacks/support/checkpoints";
import type { ClusterServer } from "./cluster-server";
import { type Answer, optionOf, type PulumiRun } from "./fake-pulumi";
import { type Owning, resourcesOwning } from "./state";
import { Workplace } from "./workplace";

/**
 * A workplace with an account on an emulator, and a tree. Commands do all that they do; pulumi alone is not there: it keeps
 * the backend's files, and makes nothing in the account.
 */
export class Trial extends Workplace {
  public readonly account: DigitalOcean;

  public constructor(public readonly emulator: TestEmulator) {
    super();
    this.account = new DigitalOcean({ origin: emulator.url, token: emulator.token });
    this.env = {
      ...this.env,
      DIGITALOCEAN_TOKEN: emulator.token,
      DIGITALOCEAN_API_URL: emulator.url,
      KUBECONFIG: `${this.folder}/none`,
      XDG_CACHE_HOME: `${this.folder}/.cache`,
    };
    this.tree();
    this.pulumi.on("stack init", ({ args: [, , stack = ""], env }) => {
      if (env.PULUMI_BACKEND_URL === this.backend.url) {
        this.empty(stack);
      }
      return {};
    });
    this.pulumi.on("stack rm", ({ args }) => {
      this.backend.removeStack(args.find((word) => /^\w+-\w+$/.test(word)) ?? "");
      return {};
    });
    this.pulumi.on("up", (run) => this.comesUp(run));
    this.pulumi.on("destroy", (run) => {
      this.empty(optionOf("--stack", run) ?? "");
      return {};
    });
  }

  /** Sets the objects that the overlay renders to. */
  public tree(...objects: readonly object[]): void {
    this.write("kustomize/dev/kustomization.yaml", "resources: []\n");
    const file = join(this.pulumi.folder, "kubectl");
    const documents = objects.map((each) => stringify(each)).join("---\n");
    // A shell starts ten times faster than Node, and most tests build a tree.
    writeFileSync(file, `#!/bin/sh\n/bin/cat <<'END OF THE TREE'\n${documents}END OF THE TREE\n`);
    chmodSync(file, 0o755);
  }

  /** Simulates a successful update: the environment has these outputs in addition to the common ones. */
  public comesUp(run: PulumiRun, outputs: object = {}): Answer {
    const stack = optionOf("--stack", run) ?? "";
    const all = { ...outputsOf(stack), protected: false, images: ["acme/web:v1"], ...outputs };
    this.backend.stack(stack, checkpointOf(stack, { outputs: all }));
    return { events: [ended(stack, all)] };
  }

  /** Adds an environment that is up, with its own cluster and this API server. */
  public isUp(
    stack: string,
    { kubeconfig }: ClusterServer,
    changes: { readonly clusterId: string; readonly [output: string]: unknown },
    owning: Omit<Owning, "clusterIds"> = {},
    time?: string,
  ): void {
    const outputs = { ...outputsOf(stack), kubeconfig, ...changes };
    const [root, ...others] = resourcesOwning(stack, {
      ...owning,
      clusterIds: [changes.clusterId],
    });
    const resources = [{ ...root, outputs }, ...others];
    this.backend.stack(stack, checkpointWith(stack, { resources, ...(time && { time }) }));
  }

  /** Creates a volume of 1 GiB. @returns its id */
  public async volume(name: string, ...tags: readonly string[]): Promise<string> {
    const request = { name, region: "fra1", size_gigabytes: 1, tags };
    const { body } = await this.emulator.call<{ volume: { id: string } }>(
      ...(["POST", "/v2/volumes", request] as const),
    );
    return body.volume.id;
  }

  /** Removes a stack's resources, like a destroy. */
  public empty(stack: string): void {
    this.backend.stack(stack, checkpointWith(stack, {}));
  }
}

/** The engine's event that has the outputs of the program. */
function ended(stack: string, outputs: object) {
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::shop::${type}::shop-${stack}`;
  const metadata = { op: "same", type, urn, new: { type, urn, outputs } };
  return {
    sequence: 0,
    timestamp: 0,
    resOutputsEvent: { metadata },
  } as unknown as Required<Answer>["events"][number];
}
