import { diagnose } from "./cluster/diagnose.command";
import { execCredential } from "./cluster/exec-credential.command";
import { kubeconfig } from "./cluster/kubeconfig.command";
import { completion } from "./completion/completion.command";
import { dataDelete, dataList, dataSave } from "./data/seeds.command";
import { doctor } from "./doctor/doctor.command";
import { extend } from "./environments/extend.command";
import { preview } from "./environments/preview.command";
import { protect, unprotect } from "./environments/protect.command";
import { dataRefresh } from "./environments/refresh.command";
import { render } from "./environments/render.command";
import { touch } from "./environments/touch.command";
import { up } from "./environments/up.command";
import { images } from "./images/images.command";
import { list } from "./overview/list.command";
import { show } from "./overview/show.command";
import { ciDown, ciReport, ciTest, ciUp } from "./pull-requests/ci.command";
import { reapExplain, reapPlan, reapRehearse, reapReview, reapRun } from "./reap/reap.command";
import { down } from "./sleep/down.command";
import { sleep } from "./sleep/sleep.command";
import { wake } from "./sleep/wake.command";
import { type Command, command } from "./terminal/command";

const protection = () => import("./environments/protect.action.js");
const seeds = () => import("./data/seeds.action.js");
const reaper = () => import("./reap/reap.action.js");

/** All commands, in the order of the help. Each loads its work only when it runs. */
export const COMMANDS: readonly Command[] = [
  command(doctor, () => import("./doctor/doctor.action.js")),
  command(up, () => import("./environments/up.action.js")),
  command(preview, () => import("./environments/preview.action.js")),
  command(list, () => import("./overview/list.action.js")),
  command(show, () => import("./overview/show.action.js")),
  command(diagnose, () => import("./cluster/diagnose.action.js")),
  command(kubeconfig, () => import("./cluster/kubeconfig.action.js")),
  command(extend, () => import("./environments/extend.action.js")),
  command(touch, () => import("./environments/touch.action.js")),
  command(sleep, () => import("./sleep/sleep.action.js")),
  command(wake, () => import("./sleep/wake.action.js")),
  command(protect, async () => ({ run: (await protection()).protect })),
  command(unprotect, async () => ({ run: (await protection()).unprotect })),
  command(render, () => import("./environments/render.action.js")),
  command(images, () => import("./images/images.action.js")),
  command(dataRefresh, () => import("./environments/refresh.action.js")),
  command(dataSave, async () => ({ run: (await seeds()).save })),
  command(dataList, async () => ({ run: (await seeds()).list })),
  command(dataDelete, async () => ({ run: (await seeds()).remove })),
  command(down, () => import("./sleep/down.action.js")),
  command(ciUp, () => import("./pull-requests/up.action.js")),
  command(ciTest, () => import("./pull-requests/test.action.js")),
  command(ciReport, () => import("./pull-requests/report.action.js")),
  command(ciDown, () => import("./pull-requests/down.action.js")),
  command(reapPlan, async () => ({ run: (await reaper()).plan })),
  command(reapRun, async () => ({ run: (await reaper()).run })),
  command(reapRehearse, async () => ({ run: (await reaper()).rehearse })),
  command(reapReview, async () => ({ run: (await reaper()).review })),
  command(reapExplain, async () => ({ run: (await reaper()).explain })),
  command(execCredential, () => import("./cluster/exec-credential.action.js")),
  command(completion, () => import("./completion/completion.action.js")),
];

/** The meaning of a first word that several commands share. */
export const GROUPS: Readonly<Record<string, string>> = {
  ci: "commands for a pull request's workflow: up, test, report, down",
  data: "data for new environments to start with: refresh, save, list, delete",
  reap: "destroy or put to sleep expired, idle and orphaned resources: plan, run, rehearse, review, explain",
};
