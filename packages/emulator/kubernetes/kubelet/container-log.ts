import type { ContainerStatus, Pod, TerminatedState } from "../api/objects";

export interface LogLine {
  /** RFC 3339 */
  readonly time: string;
  readonly text: string;
}

/** The kubelet's message for a container without a log. */
export class NoLogError extends Error {
  public override readonly name = "NoLogError";
}

/** The log lines of a container that is running or succeeded. */
const NOTHING_RUNS = "The DigitalOcean emulator runs no containers: there are no logs.";

/**
 * The log of a container, as far as a simulated one has any: a note that nothing runs, or how it failed if its pod
 * asks for that.
 *
 * @param previous - the log of the run before the last restart
 * @throws NoLogError if it has not run
 * @see kubernetes pkg/kubelet/kubelet_pods.go, validateContainerLogStatus
 */
export function containerLog(pod: Pod, containerName: string, previous: boolean): LogLine[] {
  const where = `container ${JSON.stringify(containerName)} in pod ${JSON.stringify(pod.metadata.name)}`;
  const status = statusOf(pod, containerName);
  if (!status) {
    throw new NoLogError(`${where} is not available`);
  }
  const { state, lastState } = status;
  if (previous) {
    if (!lastState?.terminated) {
      throw new NoLogError(`previous terminated ${where} not found`);
    }
    return logOfEnded(status, lastState.terminated);
  }
  if (state?.running) {
    return [{ time: state.running.startedAt, text: NOTHING_RUNS }];
  }
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended) {
    return logOfEnded(status, ended);
  }
  throw new NoLogError(`${where} is waiting to start: ${reasonOf(status)}`);
}

/** Whether a container runs, and so may write more. */
export function isRunning(pod: Pod, containerName: string): boolean {
  return statusOf(pod, containerName)?.state?.running !== undefined;
}

function statusOf({ status }: Pod, containerName: string): ContainerStatus | undefined {
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return statuses.find(({ name }) => name === containerName);
}

function logOfEnded({ image }: ContainerStatus, ended: TerminatedState): LogLine[] {
  const { exitCode, startedAt, finishedAt } = ended;
  if (exitCode !== 1) {
    return [{ time: startedAt, text: NOTHING_RUNS }];
  }
  return [
    { time: startedAt, text: `starting ${image}` },
    {
      time: startedAt,
      text: "this failure is simulated: the DigitalOcean emulator runs no containers",
    },
    { time: finishedAt, text: `fatal: simulated error, exiting with code ${exitCode}` },
  ];
}

function reasonOf({ state }: ContainerStatus): string {
  const reason = state?.waiting?.reason ?? "ContainerCreating";
  switch (reason) {
    case "ErrImagePull":
      return "image can't be pulled";
    case "ImagePullBackOff":
      return "trying and failing to pull image";
    default:
      return reason;
  }
}
