import { dropEndlessFrames } from "./lib/endless-frames";
import { asHost } from "./placements/host";
import { inNamespace } from "./placements/in-namespace";
import { inOwnCluster } from "./placements/own-cluster";
import { loadSettings } from "./settings";
import { runningStack } from "./settings/running-stack";

dropEndlessFrames(process);

/** One stack is one environment: reads its settings, checks all that can be checked, then declares it. */
export = async () => {
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
};
