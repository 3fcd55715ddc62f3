import type { Command } from "../command";
import { CI } from "./ci";
import { completion } from "./completion";
import { diagnose } from "./diagnose";
import { doctor } from "./doctor";
import { down } from "./down";
import { execCredential } from "./exec-credential";
import { extend } from "./extend";
import { images } from "./images";
import { kubeconfig } from "./kubeconfig";
import { list } from "./list";
import { preview } from "./preview";
import { protect } from "./protect";
import { reap } from "./reap";
import { render } from "./render";
import { show } from "./show";
import { sleep } from "./sleep";
import { touch } from "./touch";
import { unprotect } from "./unprotect";
import { up } from "./up";
import { wake } from "./wake";

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
