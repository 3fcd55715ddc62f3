import type { Outputs } from "./components/placements/declared";
import { asHost } from "./components/placements/host";
import { inNamespace } from "./components/placements/in-namespace";
import { inOwnCluster } from "./components/placements/own-cluster";
import { dropEndlessFrames } from "./core/endless-frames";
import { loadSettings } from "./core/settings";
import { runningStack } from "./core/settings/running-stack";

dropEndlessFrames(process);

/** One stack is one environment: reads its settings, checks all that can be checked, then declares it. */
export = async () => {
  const outputs = await declare();
  // Pulumi warns of each output that has no value.
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
};

async function declare(): Promise<Outputs> {
  const stack = runningStack();
  const { name, settings } = loadSettings(stack);
  const { projectFolder, project } = stack;
  const declared = { projectFolder, project, name, settings };
  switch (settings.placement) {
    case "cluster":
      return inOwnCluster(declared);
    case "namespace":
      return inNamespace(declared);
    case "host":
      return asHost(declared);
  }
}
