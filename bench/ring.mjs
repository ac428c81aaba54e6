// The toy exchange that peers run too (peers/mango_exchange.py): a ring of agents in which balls go around until a number of
// messages have been heard in all. Agent k passes on what it hears to agent (k + 1) mod agents; a message is { round, values }.

/**
 * Roles of the ring, and what is known of their exchange once it is over.
 * @param agents_count - agents
 * @param balls_count - messages under way at any moment; that many agents, spread evenly, begin
 * @param passes_count - messages heard in all
 * @param values_count - doubles in a message
 */
export function ringOf(agents_count, balls_count, passes_count, values_count) {
  const values = Float64Array.from({ length: values_count }, (_, k) => Math.sin(k));
  const hops_ms = [];
  let heard_count = 0;
  let begun_ms = 0;
  let begunCpu;
  let last_ms = 0;
  let spent;
  const begin = () => {
    begun_ms = last_ms = performance.now();
    begunCpu = process.cpuUsage();
  };
  const hear = () => {
    heard_count++;
    if (balls_count === 1) {
      const now_ms = performance.now();
      hops_ms.push(now_ms - last_ms);
      last_ms = now_ms;
    }
    if (heard_count === passes_count) {
      const { user, system } = process.cpuUsage(begunCpu);
      spent = { wall_ms: performance.now() - begun_ms, cpu_ms: (user + system) / 1000 };
    }
    // what is still under way would be heard beyond the end, so the last round is not passed on
    return heard_count + balls_count <= passes_count;
  };
  const begins = new Set(Array.from({ length: balls_count }, (_, ball) => Math.floor((ball * agents_count) / balls_count)));
  const roles = Array.from({ length: agents_count }, (_, k) => {
    const next = `agent-${(k + 1) % agents_count}`;
    return {
      id: `agent-${k}`,
      get done() {
        return spent !== undefined;
      },
      start(out) {
        if (begunCpu === undefined) begin();
        if (begins.has(k)) out.send(next, { kind: 'ball', round: 0, body: { values } });
      },
      receive(_from, { round }, out) {
        if (hear()) out.send(next, { kind: 'ball', round: round + 1, body: { values } });
      },
      tick() {},
    };
  });
  return { roles, result: () => ({ passes: heard_count, ...spent, hops_ms: hops_ms.slice(1) }) };
}
