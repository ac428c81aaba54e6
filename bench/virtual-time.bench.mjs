// Agents on a simulated network, in memory and in virtual time, on one core. Rows:
//   society n    n agents in groups of a hundred: a net says a price of 96 values, 99 homes answer with 96 values and ask to be woken in a second,
//                round after round; on a perfect network, with exponential delays, and under a script of six faults. The peer is the loop, which
//                has neither time nor faults. Messages a CPU second and the peak memory of this process stand in the note
//   ring         balls that go around a ring of 1000 agents, a second a hop, 96 values a message; the peer is mango's discrete-event simulation
//                (bench/peers/mango_exchange.py), the same ring
//   chance       random numbers for one message of a pair: ours by counting, the peer a generator of its own for every pair, kept in a map
// CPU milliseconds, least of some runs.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, bestCpu, say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const core = (path) => import(pathToFileURL(join(here, '../packages/core/dist', path)).href);
const { noFaults, randomStream, runInLoop, runInVirtualTime } = await core('index.js');
const { Luck, luckOfPair } = await core('agents/virtual/luck.js');

const profile = Float64Array.from({ length: 96 }, (_, k) => Math.sin(k));

// ---------------------------------------------------------------------------------------------------------------- society

const group_count = 100;

function societyOf(agents_count, rounds_count) {
  const roles = [];
  for (let g = 0; g < agents_count / group_count; g++) {
    const net = `net ${g}`;
    const homes = Array.from({ length: group_count - 1 }, (_, k) => `home ${g}.${k}`);
    let round = 0;
    let missing_count = 0;
    const call = (out) => {
      round++;
      missing_count = homes.length;
      out.wakeAfter(1);
      for (const home of homes) out.send(home, { kind: 'price', round, body: { price_cur_per_kWh: profile } });
    };
    const heard = new Int32Array(homes.length);
    const places = new Map(homes.map((home, k) => [home, k]));
    roles.push({
      id: net,
      get done() {
        return round > rounds_count;
      },
      start: call,
      receive(from, message, out) {
        const k = places.get(from);
        if (message.round !== round || heard[k] === round) return;
        heard[k] = round;
        if (--missing_count === 0) {
          if (round < rounds_count) call(out);
          else round++;
        }
      },
      tick(_now_s, out) {
        if (round > rounds_count) return;
        homes.forEach((home, k) => heard[k] < round && out.send(home, { kind: 'price', round, body: { price_cur_per_kWh: profile } }));
        out.wakeAfter(2);
      },
    });
    for (const id of homes) {
      roles.push({
        id,
        done: true,
        start: (out) => out.wakeAfter(1),
        receive(from, message, out) {
          out.wakeAfter(1);
          out.send(from, { kind: 'schedule', round: message.round, body: { power_kW: profile } });
        },
        tick() {},
      });
    }
  }
  return roles;
}

const storm = {
  faults: [
    { fault: 'loss', loss_frac: 0.01 },
    { fault: 'burst-loss', begins_frac: 0.001, ends_frac: 0.2 },
    { fault: 'duplicate', duplicate_frac: 0.01 },
    { fault: 'delay', law: 'log-normal', min_s: 0.01, mean_s: 0.05 },
    { fault: 'partition', agents: 'net 1*', after_s: 0.5, until_s: 2 },
    { fault: 'clock', agents: 'home *1', drift_frac: 0.05 },
  ],
};
const networks = [
  ['perfect', noFaults],
  ['exponential delays', { ...noFaults, delay_min_s: 0.01, delay_mean_s: 0.05 }],
  ['six faults', storm],
];

async function cpuOf(run) {
  globalThis.gc?.();
  const begin = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e3;
}

const timed = async (run, repeats) => {
  let least = Infinity;
  for (let k = 0; k < repeats; k++) least = Math.min(least, await cpuOf(run));
  return least;
};

for (const [agents_count, rounds_count] of [
  [100_000, 10],
  [1000, 1000],
]) {
  const messages_count = 2 * rounds_count * (agents_count - agents_count / group_count);
  const repeats = 3;
  const rows = [];
  for (const [name, faults] of networks) {
    let sent_count = 0;
    const observe = () => void sent_count++;
    await runInVirtualTime(societyOf(agents_count, rounds_count), { faults, stream: randomStream(1), observe });
    const cpu_ms = await timed(() => runInVirtualTime(societyOf(agents_count, rounds_count), { faults, stream: randomStream(1) }), repeats);
    const peak_MiB = Math.round(process.resourceUsage().maxRSS / 1024);
    rows.push([name, cpu_ms, `${(sent_count / cpu_ms / 1000).toFixed(2)} M messages/s of ${sent_count}; peak ${peak_MiB} MiB`]);
  }
  const loop_ms = await timed(() => runInLoop(societyOf(agents_count, rounds_count)), repeats);
  for (const [name, cpu_ms, note] of rows) {
    const loopNote = `loop ${(messages_count / loop_ms / 1000).toFixed(2)} M messages/s`;
    say(`society ${agents_count}: ${name}`, cpu_ms, 'loop, without time', loop_ms, `${note}; ${loopNote}`);
  }
}

// ------------------------------------------------------------------------------------------------------------------- ring

function ringOf(agents_count, balls_count, passes_count) {
  let heard_count = 0;
  const say = (out, to, round) => out.send(to, { kind: 'ball', round, body: { values: profile } });
  return Array.from({ length: agents_count }, (_, k) => {
    const next = `agent ${(k + 1) % agents_count}`;
    return {
      id: `agent ${k}`,
      get done() {
        return heard_count >= passes_count;
      },
      start: (out) => (k * balls_count) % agents_count < balls_count && say(out, next, 0),
      receive: (_from, message, out) => {
        if (++heard_count + balls_count <= passes_count) say(out, next, message.round + 1);
      },
      tick() {},
    };
  });
}

const [ring_count, balls_count, passes_count] = [1000, 100, 50_000];
const second = { ...noFaults, delay_min_s: 1 };
const ring_ms = await timed(
  () => runInVirtualTime(ringOf(ring_count, balls_count, passes_count), { faults: second, stream: randomStream(1) }),
  5,
);
const peer = askPeer('mango_exchange.py', 'simulation', String(ring_count), String(balls_count), String(passes_count), '96');
const rate = (ms) => `${Math.round(passes_count / ms)} k messages/s`;
say(
  `ring ${ring_count}: ${passes_count} hops`,
  ring_ms,
  'mango simulation',
  peer?.cpu_ms,
  peer ? `${rate(ring_ms)}, mango ${rate(peer.cpu_ms)}` : rate(ring_ms),
);

// ------------------------------------------------------------------------------------------------------------------ chance

const pairs = Array.from({ length: 100_000 }, (_, k) => [`home ${k}`, `net ${k % 1000}`]);
const draws_count = 10;
let sum = 0;
const counted_ms = bestCpu(() => {
  const luck = new Luck();
  const names = pairs.map(([from, to]) => luckOfPair(from, to, 1));
  for (let k = 0; k < draws_count; k++) {
    for (const [pair0, pair1] of names) {
      luck.begin(pair0, pair1, k, 0);
      sum += luck.uniform();
    }
  }
}, 3);
const kept_ms = bestCpu(() => {
  const stream = randomStream(1);
  const streams = new Map();
  for (let k = 0; k < draws_count; k++) {
    for (const [from, to] of pairs) {
      const key = `${from}→${to}`;
      let own = streams.get(key);
      if (own === undefined) streams.set(key, (own = stream.split(key)));
      sum += own.uniform();
    }
  }
}, 3);
if (!(sum > 0)) throw new Error('no chance at all');
say(
  'chance: 100 000 pairs, 10 messages each',
  counted_ms,
  'a stream per pair in a map',
  kept_ms,
  `${((1e6 * counted_ms) / (draws_count * 1e5)) | 0} ns a message`,
);
