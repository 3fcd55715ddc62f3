/** Attacks of a gate's command on the job that runs it. */
export interface GateAttack {
  /** Continues a sentence after "cannot". */
  readonly attack: string;
  /** A shell command that fails when the attack fails. */
  readonly command: string;
}

/**
 * @param pid - of the process that has started it
 * @param secret - that other processes have in their environment, and the file that PRIVATE names has in it
 */
export function gateAttacks(pid: number, secret: string): readonly GateAttack[] {
  return [
    {
      attack: "read the environment of the process that started it",
      command: `cat /proc/${pid}/environ`,
    },
    {
      attack: "find a secret in any process",
      command: `cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep ${secret}`,
    },
    { attack: "read our memory", command: `head -c1 /proc/${pid}/mem` },
    { attack: "read our open files", command: `ls /proc/${pid}/fd/` },
    { attack: "see our folder", command: `ls /proc/${pid}/cwd/` },
    { attack: "send us signals", command: `kill -0 ${pid}` },
    { attack: "write to the project", command: "touch there" },
    { attack: "write what the job runs later", command: "mkdir -p bin && echo > bin/doks-env" },
    {
      attack: "get rights back by a setuid program",
      command: "grep -q 'NoNewPrivs:\\s*0' /proc/self/status",
    },
    {
      attack: "keep a capability",
      command: "grep -q 'Cap\\(Eff\\|Prm\\|Inh\\|Amb\\):.*[1-9a-f]' /proc/self/status",
    },
    { attack: "keep a group", command: "grep -q 'Groups:.*[0-9]' /proc/self/status" },
    { attack: "read what only we may", command: 'cat "$PRIVATE"' },
    { attack: "find the account's token in its own environment", command: "env | grep _TOKEN=" },
  ];
}
