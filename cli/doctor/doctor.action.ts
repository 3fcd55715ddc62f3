import { userInfo } from "node:os";
import { settingsSchema } from "../../core/settings/schema";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import { checkAccount } from "./account";
import { checkBackend } from "./backend";
import type { DoctorData } from "./doctor.data";
import { checksText } from "./doctor.text";
import { checkMachine } from "./machine";
import { checkPackages, checkProfiles } from "./project";
import { checkPulumi } from "./pulumi";

/** Runs all checks at the same time, and changes nothing. */
export async function run(context: Context): Promise<Result> {
  const { project, env, terminal } = context;
  const { findings: aboutProfiles, profiles } = checkProfiles(project);
  const first = profiles.find(({ name }) => name === "dev") ?? profiles[0];
  const stack = `${userName(env)}-${first?.name ?? "dev"}`;
  const settings = first?.settings ?? settingsSchema.parse({});
  const [machine, pulumi, backend, account] = await Promise.all([
    checkMachine(context, process.versions.node),
    checkPulumi(context),
    checkBackend(context),
    checkAccount(context, { stack, settings }, profiles),
  ]);
  const data: DoctorData = {
    findings: [
      ...machine,
      checkPackages(project),
      ...pulumi,
      ...aboutProfiles,
      ...backend,
      ...account,
    ],
  };
  return {
    data,
    text: () => checksText(data.findings, `doks-env up ${stack}`, terminal.out.paint),
    exitCode: data.findings.some(({ state }) => state === "fault") ? EXIT.failed : EXIT.done,
  };
}

/** The user's name, in characters that a stack name allows. */
function userName({ USER, LOGNAME }: NodeJS.ProcessEnv): string {
  const name = USER || LOGNAME || nameOfSystem();
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "alice"
  );
}

/** The user of a container may not be in /etc/passwd. */
function nameOfSystem(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}
