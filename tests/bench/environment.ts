import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

const STACK = "bench-dev";
const QUIET = [
  "--yes",
  "--skip-preview",
  "--non-interactive",
  "--color",
  "never",
  "--stack",
  STACK,
];
const NAMESPACE = "bench-kubectl";

/** When the progress display first says something, as seconds since the start. */
type Moments = (pattern: RegExp) => number;

async function timed(
  command: string,
  args: readonly string[],
): Promise<{ seconds: number; at: Moments }> {
  const started = performance.now();
  const lines: { text: string; seconds: number }[] = [];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const note = (chunk: Buffer) => {
    const seconds = (performance.now() - started) / 1000;
    lines.push(
      ...chunk
        .toString()
        .split("\n")
        .map((text) => ({ text, seconds })),
    );
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  const exitCode = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (exitCode !== 0) {
    throw new Error(
      `${command} ${args.join(" ")} failed:\n${lines.map(({ text }) => text).join("\n")}`,
    );
  }
  return {
    seconds: (performance.now() - started) / 1000,
    at: (pattern) => {
      const line = lines.find(({ text }) => pattern.test(text));
      if (line === undefined) {
        throw new Error(`${command} ${args.join(" ")} never said ${String(pattern)}`);
      }
      return line.seconds;
    },
  };
}

const pulumi = (...args: string[]) => timed("pulumi", args);
const kubectl = (...args: string[]) =>
  timed("kubectl", ["--kubeconfig", `.rendered/${STACK}/kubeconfig.yaml`, ...args]);

function report(name: string, seconds: number, note = ""): void {
  process.stdout.write(`  ${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s  ${note}\n`);
}

async function round(number: number): Promise<void> {
  process.stdout.write(`round ${number}\n`);
  await pulumi("stack", "init", STACK, "--non-interactive");

  const up = await pulumi("up", ...QUIET);
  const cluster = up.at(/KubernetesCluster \S+ creating/);
  const running = up.at(/KubernetesCluster \S+ created/);
  const ready = up.at(/kustomize\/v2:Directory \S+ created|Command \S+ creating/);
  report("up", up.seconds);
  report("  settings, lookups, rendering", cluster);
  report("  cluster", running - cluster, "(the provider's first look is after 10 s)");
  report("  access, namespace, workloads", ready - running);
  report("  smoke test and the rest", up.seconds - ready);

  await kubectl("create", "namespace", NAMESPACE);
  await timed("sh", [
    "-c",
    `mkdir -p .rendered/${NAMESPACE} && printf 'namespace: ${NAMESPACE}\\nresources: [../../kustomize/ci]\\n' > .rendered/${NAMESPACE}/kustomization.yaml`,
  ]);
  const apply = await kubectl("apply", "-k", `.rendered/${NAMESPACE}`);
  const wait = await kubectl(
    "wait",
    "-n",
    NAMESPACE,
    "--for=condition=Available",
    "deployment",
    "--all",
    "--timeout=5m",
  );
  const alone = apply.seconds + wait.seconds;
  report(
    "kubectl apply -k, wait",
    alone,
    `workloads by pulumi / by kubectl = ${((ready - running) / alone).toFixed(1)}`,
  );

  const again = await pulumi("up", ...QUIET);
  report("second up", again.seconds, `second / first = ${(again.seconds / up.seconds).toFixed(2)}`);
  report("preview", (await pulumi("preview", ...QUIET.slice(2))).seconds);
  const down = await timed("bin/doks-env", ["down", STACK, "--yes"]);
  report(
    "down, receipt included",
    down.seconds,
    `down / up = ${(down.seconds / up.seconds).toFixed(2)}`,
  );
}

/** @param rounds - how often all of it is measured */
export async function benchEnvironment(rounds: number): Promise<void> {
  for (let number = 1; number <= rounds; number++) {
    await round(number);
  }
}
