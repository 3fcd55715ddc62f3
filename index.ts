import type { Outputs } from "./components/placements/declared";
import { asDomain } from "./components/placements/domain";
import { asHost } from "./components/placements/host";
import { inNamespace } from "./components/placements/in-namespace";
import { inOwnCluster } from "./components/placements/own-cluster";
import { loadSettings } from "./core/settings";
import { runningStack } from "./core/settings/running-stack";

const DECLARE = { cluster: inOwnCluster, namespace: inNamespace, host: asHost, domain: asDomain };

/** One stack is one environment: reads its settings, checks everything that can be checked, then declares it. */
export = async () => {
  const outputs = await declare();
  // Pulumi warns of each output without a value.
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
};

async function declare(): Promise<Outputs> {
  const stack = runningStack();
  const { name, settings, stack: own } = loadSettings(stack);
  const { projectFolder, project } = stack;
  const declared = { projectFolder, project, name, settings };
  const outputs = await DECLARE[settings.placement](declared);
  // The settings of this update, for the next one from any checkout.
  return { ...outputs, settings: own };
}
