import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../core/errors";
import { backendUrl } from "../stacks/backend-url";
import { eachStack } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import type { CheckResult } from "./doctor.data";
import { shellWord } from "./shell-word";

/** A stack's own file; a profile's has no dash. */
const STACK_FILE = /^Pulumi\..*-.*\.yaml$/;
/** The address of a key service has a scheme: `awskms://...`. */
const KEY_SERVICE = /^secretsprovider: *["']?([a-z]+:\/\/\S+?)["']?$/m;

/** Checks where the stacks' state is kept, and what encrypts its secrets. */
export async function checkBackend(context: Context): Promise<CheckResult[]> {
  const { env, project } = context;
  try {
    const url = backendUrl(env, project.folder);
    return [
      await checkStacks(context, url),
      // Pulumi Cloud, also self-hosted, manages the keys itself.
      ...(/^https?:/.test(url) ? [] : [checkPassphrase(context)]),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return [{ subject: "backend", state: "fault", found: error.message, fix: error.fix }];
  }
}

async function checkStacks(context: Context, url: string): Promise<CheckResult> {
  const subject = "backend";
  const shown = url.replace(/\/\/[^/]*@/, "//"); // The URL of a postgres backend contains a password.
  try {
    const damaged: string[] = [];
    let number = 0;
    for await (const { stack, fault } of eachStack(context)) {
      number++;
      damaged.push(...(fault === undefined ? [] : [stack]));
    }
    const count = `${number} ${number === 1 ? "stack" : "stacks"}`;
    return damaged.length === 0
      ? { subject, state: "ok", found: `${shown} has ${count}` }
      : {
          subject,
          state: "warning",
          found: `${shown} has ${count}; unreadable: ${damaged.join(", ")}`,
          fix: "doks-env list   # shows why",
        };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { subject, state: "fault", found: error.message, fix: fixFor(url) ?? error.fix };
  }
}

/** The general message does not help a user without any stacks. */
function fixFor(url: string): string | undefined {
  if (url.startsWith("file://")) {
    return `mkdir -p ${shellWord(fileURLToPath(url))}`;
  }
  return /^https?:/.test(url)
    ? "pulumi login --local   # keeps state on this machine\npulumi login   # keeps state in Pulumi Cloud; for a bucket see docs/backends.md"
    : undefined;
}

/** Pulumi itself would ask for a passphrase; `doks-env` runs it without a terminal. */
function checkPassphrase({ env, project: { folder } }: Context): CheckResult {
  const subject = "passphrase";
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (passphrase !== undefined) {
    return { subject, state: "ok", found: "PULUMI_CONFIG_PASSPHRASE is set" };
  }
  if (file) {
    return isReadable(resolve(folder, file))
      ? { subject, state: "ok", found: `in ${file}` }
      : {
          subject,
          state: "fault",
          found: `PULUMI_CONFIG_PASSPHRASE_FILE is ${file}, which cannot be read`,
          fix: "export PULUMI_CONFIG_PASSPHRASE_FILE=<file>",
        };
  }
  const [keyService] = keyServicesIn(folder);
  return keyService === undefined
    ? {
        subject,
        state: "fault",
        found: "not set, but this backend encrypts secrets with a passphrase",
        fix: "export PULUMI_CONFIG_PASSPHRASE=<passphrase>   # of the existing stacks; for the first stack a new one, which you must keep\nexport PULUMI_CONFIG_PASSPHRASE_FILE=<file with the passphrase>",
      }
    : {
        subject,
        state: "warning",
        found: `not set: only stacks with a key service work, such as ${keyService}`,
        fix: `pulumi stack init <stack> --secrets-provider '${keyService}'   # before its first up`,
      };
}

function isReadable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

function keyServicesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => STACK_FILE.test(file))
    .flatMap((file) => KEY_SERVICE.exec(readFileSync(join(folder, file), "utf8"))?.[1] ?? []);
}
