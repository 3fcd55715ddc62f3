// Preloaded into every Node process of a test world (NODE_OPTIONS=--require): its clock is ahead of the machine's.

const ahead = Number(process.env.E2E_CLOCK_AHEAD_MS ?? 0);

globalThis.Date = new Proxy(Date, {
  construct: (machine, args, target) =>
    Reflect.construct(machine, args.length === 0 ? [machine.now() + ahead] : args, target),
  get: (machine, key) => (key === "now" ? () => machine.now() + ahead : Reflect.get(machine, key)),
});
