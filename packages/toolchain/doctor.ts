import type { Context } from "./context";
import {
  checkDisk,
  checkEmulator,
  checkGo,
  checkMake,
  checkNode,
  checkPlugin,
  checkTool,
} from "./doctor-checks";
import { checkPort } from "./http-port";
import { PINS } from "./pins";
import { findPlugins } from "./plugins";
import { formatChecks, type ToolCheck } from "./tool-checks";
import { findTool } from "./tools";

/** Checks this machine for everything that the product needs, and changes nothing. */
export async function doctor(context: Context): Promise<{ text: string; healthy: boolean }> {
  const tools = await Promise.all(PINS.map((pin) => findTool(pin, context)));
  const pulumi = tools.find((tool) => tool?.pin.name === "pulumi");
  const complete = tools.every((tool) => tool !== undefined);
  const findings: ToolCheck[] = [
    checkNode(process.versions.node),
    await checkMake(context),
    await checkGo(context, complete),
    await checkDisk(context, complete),
    ...(await Promise.all(PINS.map((pin, index) => checkTool(pin, tools[index], context)))),
    ...findPlugins(pulumi, context).map((plugin) => checkPlugin(plugin, context)),
    await checkPort(),
    await checkEmulator(context),
  ];
  return {
    text: formatChecks(findings),
    healthy: findings.every(({ state }) => state !== "fault"),
  };
}
