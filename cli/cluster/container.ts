import type {
  CoreV1Event,
  V1Container,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Pod,
  V1Probe,
} from "@kubernetes/client-node";
import { excerpt } from "./excerpt";
import { imageProblem } from "./image-pull";
import { change, type FixFor, missingObject, otherImage, settings } from "./likely-fix";
import { isOverdue, type Problem, sharedMessage } from "./problem";

export interface ContainerCase {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly status: V1ContainerStatus;
  /** It has to end before others begin. */
  readonly isInit: boolean;
  /** About the pod, newest first. */
  readonly events: readonly CoreV1Event[];
  /** Since when the pod has not been ready. */
  readonly unreadySince: Date | undefined;
  /** Its controller starts another pod when this one fails. */
  readonly isRetried: boolean;
  readonly now: Date;
}

const IMAGE_REASONS = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
];
/** Every container begins by waiting for these. */
const BEGINNING = ["ContainerCreating", "PodInitializing"];

const WAITING: Readonly<Record<string, string>> = {
  CreateContainerConfigError: "cannot be configured",
  CreateContainerError: "cannot be created",
  RunContainerError: "cannot be started",
  PostStartHookError: "fails in its postStart hook",
  CrashLoopBackOff: "keeps ending",
};

/** Exit codes that say more than that something went wrong: 128 and more name the signal. */
const EXIT_CODES: Readonly<Record<number, string>> = {
  0: "its program exited, but should keep running",
  126: "its command cannot be executed",
  127: "its command was not found",
  134: "it aborted (SIGABRT)",
  137: "it was killed (SIGKILL)",
  139: "it accessed invalid memory (SIGSEGV)",
  143: "it received SIGTERM",
};

/** Names the containers that got requests or limits from the namespace's LimitRange. */
const LIMIT_RANGER = "kubernetes.io/limit-ranger";

/** Why a container does not run, keeps ending or is not ready; undefined while it merely begins, and when all is well. */
export function containerProblem(the: ContainerCase): Problem | undefined {
  const { container, status, events } = the;
  const { waiting, running, terminated } = status.state ?? {};
  const reason = waiting?.reason ?? "";
  if (IMAGE_REASONS.includes(reason)) {
    const image = container.image ?? status.image;
    // The event says of the last attempt what the status may have forgotten while it backs off.
    const attempt = events.find(({ message }) =>
      message?.startsWith(`Failed to pull image "${image}"`),
    );
    const message = attempt?.message ?? waiting?.message ?? "";
    return { ...imageProblem(titleOf(the), image, reason, message), container: container.name };
  }
  if (terminated) {
    return terminated.exitCode === 0 ? undefined : endProblem(the, terminated);
  }
  const formerEnd = status.lastState?.terminated;
  // A container that has run for long since its last end has another problem by now.
  if (formerEnd && !isOverdue(running?.startedAt, the.now)) {
    return endProblem(the, formerEnd);
  }
  if (running) {
    return the.isInit ? unfinishedProblem(the) : unreadyProblem(the);
  }
  return waiting && !BEGINNING.includes(reason)
    ? waitingProblem(the, reason, waiting.message ?? "")
    : undefined;
}

/** It has ended, and will not start again, or waits to, or runs for the moment. */
function endProblem(the: ContainerCase, end: V1ContainerStateTerminated): Problem {
  const { container, status } = the;
  const isOutOfMemory = end.reason === "OOMKilled";
  const verb = status.state?.terminated ? "has ended" : "keeps ending";
  const probe = probeFailure(the, "Liveness") ?? probeFailure(the, "Startup");
  const meaning = isOutOfMemory ? "it ran out of memory" : EXIT_CODES[end.exitCode];
  return {
    reason: isOutOfMemory ? "OOMKilled" : (status.state?.waiting?.reason ?? end.reason ?? "Error"),
    text: [
      `${titleOf(the)} ${verb} with exit code ${end.exitCode}`,
      meaning && `: ${meaning}`,
      probe && `; ${probe}`,
    ]
      .filter(Boolean)
      .join(""),
    container: container.name,
    isFinal: !the.isRetried,
    facts: [
      ...(end.message ? [excerpt(end.message)] : []),
      ...(status.restartCount > 0 ? [`it was restarted ${times(status.restartCount)}`] : []),
    ],
    fix: isOutOfMemory ? moreMemory(the) : fixForEnd(the, end, probe),
  };
}

function fixForEnd(
  { container }: ContainerCase,
  { exitCode, reason }: V1ContainerStateTerminated,
  probe: string | undefined,
): FixFor {
  if (exitCode === 126 || exitCode === 127 || reason === "StartError") {
    return change(
      "correct the container's command in the overlay, or use an image that contains it",
    );
  }
  if (exitCode === 0) {
    return change("run a program that does not exit, or use a Job");
  }
  if (probe) {
    return change("make the program answer its probe, or give the probe more time in the overlay");
  }
  return otherImage(
    "find the cause in its last log lines, and fix it in the overlay or in the image",
    container.image ?? "",
  );
}

function moreMemory({ pod, container }: ContainerCase): FixFor {
  const limit = container.resources?.limits?.memory;
  const given = pod.metadata?.annotations?.[LIMIT_RANGER]?.split(";") ?? [];
  const isDefault = given.some((text) =>
    new RegExp(`\\bmemory limit for (?:init )?container ${container.name}$`).test(text.trim()),
  );
  return isDefault
    ? settings(
        "raise the default limit of containers",
        `limits.default.memory=<more than ${limit ?? "now"}>`,
      )
    : change(
        limit === undefined
          ? "set a memory request for the container in the overlay, or use larger nodes"
          : `raise the container's memory limit, ${limit}, in the overlay`,
      );
}

function waitingProblem(the: ContainerCase, reason: string, message: string): Problem {
  const { pod, container, isRetried } = the;
  const cause = sharedMessage(message, pod);
  return {
    reason: reason || "Waiting",
    text: `${titleOf(the)} ${WAITING[reason] ?? `waits (${reason})`}${cause && `: ${cause}`}`,
    container: container.name,
    isFinal: !isRetried || reason in WAITING,
    fix: fixForConfig(message),
  };
}

function fixForConfig(message: string): FixFor {
  return (
    missingObject(message) ??
    change(
      /runAsNonRoot/.test(message)
        ? "set a runAsUser other than 0 in the overlay, or a user in the image"
        : "fix the reported problem in the overlay",
    )
  );
}

/** An init container runs, and all others wait for it. */
function unfinishedProblem(the: ContainerCase): Problem {
  return {
    reason: "PodInitializing",
    text: `${titleOf(the)} has not ended yet`,
    container: the.container.name,
    isFinal: isOverdue(the.unreadySince, the.now),
  };
}

/** It runs; whether it is ready its probes say. */
function unreadyProblem(the: ContainerCase): Problem | undefined {
  const { container, status } = the;
  if (status.ready) {
    return undefined;
  }
  const kind = status.started === false && container.startupProbe ? "Startup" : "Readiness";
  const probe = kind === "Startup" ? container.startupProbe : container.readinessProbe;
  const why =
    probeFailure(the, kind) ??
    (probe && `its ${kind.toLowerCase()} probe, ${describe(probe)}, has not succeeded yet`);
  return {
    reason: "Unhealthy",
    text: `${titleOf(the)} is running but not ready${why ? `: ${why}` : ""}`,
    container: container.name,
    isFinal: isOverdue(the.unreadySince, the.now),
    ...(why && {
      fix: change("make the program answer its probe, or correct the probe in the overlay"),
    }),
  };
}

/** The kubelet's message about a container's failing probe, if there is one. */
function probeFailure(
  { pod, container, events }: ContainerCase,
  kind: "Startup" | "Readiness" | "Liveness",
): string | undefined {
  const failure = events.find(
    ({ reason, message, involvedObject }) =>
      reason === "Unhealthy" &&
      message?.startsWith(`${kind} probe`) &&
      (involvedObject.fieldPath ?? "").includes(`{${container.name}}`),
  );
  const probe = container[PROBE_FIELDS[kind]];
  const what = probe ? `, ${describe(probe)},` : "";
  const answer = failure?.message?.replace(/^\w+ probe (?:failed|errored)[^:]*:\s*/, "");
  return (
    failure && `its ${kind.toLowerCase()} probe${what} fails: ${sharedMessage(answer ?? "", pod)}`
  );
}

const PROBE_FIELDS = {
  Startup: "startupProbe",
  Readiness: "readinessProbe",
  Liveness: "livenessProbe",
} as const;

/** A command is not shown: it may hold what is not for everyone. */
function describe({ httpGet, tcpSocket, grpc }: V1Probe): string {
  if (httpGet) {
    return `GET :${httpGet.port}${excerpt(httpGet.path ?? "/")}`;
  }
  if (tcpSocket) {
    return `TCP :${tcpSocket.port}`;
  }
  return grpc ? `gRPC :${grpc.port}` : "a command";
}

function titleOf({ container, isInit }: ContainerCase): string {
  return `${isInit ? "init container" : "container"} "${container.name}"`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
