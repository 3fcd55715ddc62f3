import type { CommandDefinition } from "../terminal/command";

export const completion = {
  name: "completion",
  summary: "print a shell's completion script",
  arguments: [
    { syntax: "<shell>", description: "bash, zsh or fish", completes: ["bash", "zsh", "fish"] },
  ],
  options: [],
  examples: [
    { does: "in ~/.bashrc", command: 'eval "$(doks-env completion bash)"' },
    { does: "in ~/.zshrc, after compinit", command: 'eval "$(doks-env completion zsh)"' },
    {
      does: "once, for fish",
      command: "doks-env completion fish > ~/.config/fish/completions/doks-env.fish",
    },
  ],
} as const satisfies CommandDefinition;
