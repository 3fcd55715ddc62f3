import { diagnose } from "./cluster/diagnose.command";
import { execCredential } from "./cluster/exec-credential.command";
import { kubeconfig } from "./cluster/kubeconfig.command";
import { completion } from "./completion/completion.command";
import { doctor } from "./doctor/doctor.command";
import { down } from "./environments/down.command";
import { extend } from "./environments/extend.command";
import { preview } from "./environments/preview.command";
import { protect } from "./environments/protect.command";
import { render } from "./environments/render.command";
import { touch } from "./environments/touch.command";
import { unprotect } from "./environments/unprotect.command";
import { up } from "./environments/up.command";
import { images } from "./images/images.command";
import { list } from "./overview/list.command";
import { show } from "./overview/show.command";
import { CI } from "./pull-requests/ci.command";
import { reap } from "./reap/reap.command";
import { sleep } from "./sleep/sleep.command";
import { wake } from "./sleep/wake.command";
import type { Command } from "./terminal/command";

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  doctor,
  up,
  preview,
  list,
  show,
  diagnose,
  kubeconfig,
  extend,
  touch,
  sleep,
  wake,
  protect,
  unprotect,
  render,
  images,
  down,
  ...CI,
  reap,
  execCredential,
  completion,
];

/** What a first word means that several commands begin with. */
export const GROUPS: Readonly<Record<string, string>> = {
  ci: "what a pull request's workflow calls: up, test, report, down",
};
