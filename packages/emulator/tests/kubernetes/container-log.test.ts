import type { ContainerState, Pod } from "../../kubernetes/api/objects";
import { containerLog, NoLogError } from "../../kubernetes/kubelet/container-log";
import { selectLog } from "../../kubernetes/kubelet/log-options";

const terminated = (exitCode: number): ContainerState => ({
  terminated: {
    exitCode,
    startedAt: "2026-11-23T08:00:00Z",
    finishedAt: "2026-11-23T08:00:05Z",
  },
});

function podWith(state: ContainerState, lastState: ContainerState = {}): Pod {
  return {
    metadata: { name: "web", uid: "1", resourceVersion: "1" },
    spec: {},
    status: { containerStatuses: [{ name: "main", image: "shop:1", state, lastState }] },
  };
}

const texts = (pod: Pod, previous = false) =>
  containerLog(pod, "main", previous).map(({ text }) => text);

describe("a container's log", () => {
  const running = podWith({ running: { startedAt: "2026-11-23T08:00:00Z" } });
  const nothing = ["The DigitalOcean emulator runs no containers: there are no logs."];

  test.each([
    ["running", running],
    ["done", podWith(terminated(0))],
    ["told to end", podWith(terminated(143))],
  ])("of one that is %s states that nothing runs", (_, pod) => {
    expect(texts(pod)).toEqual(nothing);
  });

  test("of one that failed contains the failure, also before its restart", () => {
    const log = [
      "starting shop:1",
      "this failure is simulated: the DigitalOcean emulator runs no containers",
      "fatal: simulated error, exiting with code 1",
    ];
    const waiting = podWith({ waiting: { reason: "CrashLoopBackOff" } }, terminated(1));

    expect(texts(podWith(terminated(1)))).toEqual(log);
    expect(texts(waiting)).toEqual(log);
    expect(texts(waiting, true)).toEqual(log);
  });

  test("of one that recovered is new, with the old one as the previous log", () => {
    const recovered = podWith({ running: { startedAt: "2026-11-23T08:01:00Z" } }, terminated(1));

    expect(texts(recovered)).toEqual(nothing);
    expect(texts(recovered, true)).toHaveLength(3);
  });

  test.each([
    ["ErrImagePull", "image can't be pulled"],
    ["ImagePullBackOff", "trying and failing to pull image"],
    ["PodInitializing", "PodInitializing"],
  ])("does not exist while it waits for %s", (reason, words) => {
    const message = `container "main" in pod "web" is waiting to start: ${words}`;

    expect(() => texts(podWith({ waiting: { reason } }))).toThrow(new NoLogError(message));
  });

  test("does not exist for a container without a status, or a run before the first", () => {
    expect(() => containerLog(running, "other", false)).toThrow(
      'container "other" in pod "web" is not available',
    );
    expect(() => texts(running, true)).toThrow(
      'previous terminated container "main" in pod "web" not found',
    );
  });
});

describe("of a log", () => {
  const lines = [
    { time: "2026-11-23T08:00:00Z", text: "one" },
    { time: "2026-11-23T08:00:01Z", text: "two" },
    { time: "2026-11-23T08:00:02Z", text: "three" },
  ];

  test.each([
    ["", "one\ntwo\nthree\n"],
    ["tailLines=2", "two\nthree\n"],
    ["tailLines=9", "one\ntwo\nthree\n"],
    ["tailLines=0", ""],
    ["limitBytes=5", "one\nt"],
    ["timestamps=true&tailLines=1", "2026-11-23T08:00:02Z three\n"],
    ["sinceTime=2026-11-23T08:00:01Z", "two\nthree\n"],
  ])("the query %j selects %j", (query, text) => {
    expect(selectLog(lines, new URLSearchParams(query))).toBe(text);
  });

  test("the last seconds can be selected", () => {
    const recent = { time: new Date().toISOString(), text: "four" };

    expect(selectLog([...lines, recent], new URLSearchParams("sinceSeconds=60"))).toBe("four\n");
  });
});
