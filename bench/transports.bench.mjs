// Messages between agents. In memory: messages a second through the loop, beside a bare queue of closures. On the wire: 96
// doubles a message, in bursts of 500 that are acknowledged, over NATS, mosquitto and our embedded
// broker; ours is two roles in a live run with envelopes written, read and checked; the peer is the bare client that sends
// bytes made beforehand in the same bursts, and one that copies its 96 doubles out and in. Once all 500 of a burst go to one agent,
// who gets several in one message of the broker, and once to 500 agents, where nothing can be put together. What is compared is CPU time of this process, which other work on the machine does
// not disturb; messages a second on the wall stand in the note. Then the round trip of one message, p50 and p99. Brokers that are not installed
// are left out. Last a ring of agents with small messages, as mango (PyPI) runs it in memory, over TCP and MQTT, and simulated.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect as connectNats } from '@nats-io/transport-node';
import { connectAsync } from 'mqtt';
import { askPeer, say } from './peers/peers.mjs';
import { ringOf } from './ring.mjs';

const root = new URL('..', import.meta.url).pathname;
const load = (path) => import(pathToFileURL(join(root, 'packages', path)).href);
const { EnvelopeWriter, noFaults, randomStream, runInLoop, runInVirtualTime } = await import('@gridflock/core');
const { runLive } = await load('host/dist/transports/live.js');
const { nats } = await load('host/dist/transports/nats/nats.js');
const { mqtt } = await load('host/dist/transports/mqtt/mqtt.js');
const { startHub } = await load('host/dist/transports/workers/hub.js');
const { startEmbeddedBroker } = await load('host/dist/transports/embedded-broker/embedded-broker.js');

const burst_count = 500;
const bursts_count = 200;
const trips_count = 2000;
const repeats = 4;
const body = { power_kW: Float64Array.from({ length: 96 }, (_, k) => Math.sin(k)), feasible: 1 };
const profile = (round) => ({ kind: 'schedule', round, body });
const short = (round) => ({ kind: 'ack', round, body: {} });

// ------------------------------------------------------------------------------------------------ in memory

/** A thousand agents that each pass on what they hear, 2 M messages in all. */
async function throughLoop() {
  const messages_count = 2_000_000;
  const agents_count = 1000;
  let left = messages_count;
  const message = profile(1);
  const roles = Array.from({ length: agents_count }, (_, k) => {
    const next = `agent ${(k * 7 + 1) % agents_count}`;
    return {
      id: `agent ${k}`,
      done: true,
      start: (out) => out.send(next, message),
      receive: (_from, heard, out) => {
        if (left-- > agents_count) out.send(next, heard);
      },
      tick() {},
    };
  });
  const begin = performance.now();
  await runInLoop(roles);
  return { time_ms: performance.now() - begin, messages_count };
}

/** The least that anything could do: the same hops as bare closures in an array. */
function throughClosures() {
  let left = 2_000_000;
  const agents_count = 1000;
  let queue = [];
  const agents = Array.from({ length: agents_count }, (_, k) => () => {
    if (left-- > agents_count) queue.push(agents[(k * 7 + 1) % agents_count]);
  });
  const begin = performance.now();
  queue = [...agents];
  while (queue.length > 0) {
    const wave = queue;
    queue = [];
    for (const agent of wave) agent();
  }
  return performance.now() - begin;
}

// -------------------------------------------------------------------------------------------------- on a wire

/** What has passed since, on the wall and in this process. */
function watch() {
  const begin = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { wall_ms: performance.now() - begin, cpu_ms: (user + system) / 1000 };
  };
}

/** a sends bursts to as many receivers in turn; who hears the last message of a burst acknowledges it. */
async function bursts(connection, run, receivers_count) {
  let time;
  let passed;
  let sent = 0;
  const receivers = Array.from({ length: receivers_count }, (_, k) => `b${k}`);
  const roles = [
    {
      id: 'a',
      get done() {
        return time !== undefined;
      },
      start(out) {
        passed = watch();
        this.send(out);
      },
      send(out) {
        for (let k = 0; k < burst_count; k++) out.send(receivers[k % receivers_count], profile(sent++));
      },
      receive(_from, _message, out) {
        if (sent < burst_count * bursts_count) this.send(out);
        else time = passed();
      },
      tick() {},
    },
    ...receivers.map((id) => ({
      id,
      done: true,
      start() {},
      receive: (from, { round }, out) => (round + 1) % burst_count === 0 && out.send(from, short(round)),
      tick() {},
    })),
  ];
  await runLive(roles, connection, { run });
  return time;
}

async function trips(connection, run) {
  const times_ms = [];
  let begin = 0;
  const say = (out) => {
    begin = performance.now();
    out.send('b', profile(times_ms.length));
  };
  const roles = [
    {
      id: 'a',
      get done() {
        return times_ms.length === trips_count;
      },
      start: say,
      receive: (_from, _message, out) => {
        times_ms.push(performance.now() - begin);
        if (times_ms.length < trips_count) say(out);
      },
      tick() {},
    },
    { id: 'b', done: true, start() {}, receive: (from, heard, out) => out.send(from, heard), tick() {} },
  ];
  await runLive(roles, connection, { run });
  return times_ms;
}

/** The same two exchanges by a bare client: `listen(subject, hear)` and `publish(subject, bytes)`. */
const bytes = Uint8Array.from(new EnvelopeWriter().write('a', 'b', profile(1)));
const ackBytes = Uint8Array.from(new EnvelopeWriter().write('b', 'a', short(1)));

/** The least that somebody does who has numbers to send: a copy of the doubles, without name, sender, round or check. */
const doublesOut = () => new Uint8Array(body.power_kW.slice().buffer);
const doublesIn = (data) => new Float64Array(Uint8Array.prototype.slice.call(data, 0, 768).buffer);

/** Subjects as long as ours. */
const bareSubjects = Array.from({ length: burst_count }, (_, k) => `bare.${'0'.repeat(36)}.b${k}.a`);

async function bareBursts({ listen, publish }, receivers_count, copies) {
  let sent = 0;
  let heard = 0;
  const burst = () => {
    for (let k = 0; k < burst_count; k++, sent++) publish(bareSubjects[k % receivers_count], copies ? doublesOut() : bytes);
  };
  const passed = watch();
  const end = new Promise((resolve) => {
    hearA = () => (sent < burst_count * bursts_count ? burst() : resolve(passed()));
    hearB = (data) => {
      if (copies && doublesIn(data)[1] !== body.power_kW[1]) throw new Error('the numbers have changed');
      if (++heard % burst_count === 0) publish('bare.a', ackBytes);
    };
  });
  await listen();
  burst();
  return end;
}

async function bareTrips({ listen, publish }) {
  const times_ms = [];
  let begin = 0;
  const trip = () => {
    begin = performance.now();
    publish(bareSubjects[0], bytes);
  };
  const end = new Promise((resolve) => {
    hearA = () => {
      times_ms.push(performance.now() - begin);
      if (times_ms.length < trips_count) trip();
      else resolve(times_ms);
    };
    hearB = () => publish('bare.a', bytes);
  });
  await listen();
  trip();
  return end;
}

let hearA = () => {};
let hearB = () => {};

async function bareNats(address) {
  const client = await connectNats({ servers: address.replace('nats://', '') });
  client.subscribe('bare.a', { callback: () => hearA() });
  for (const subject of bareSubjects) client.subscribe(subject, { callback: (_error, message) => hearB(message.data) });
  return { listen: () => client.flush(), publish: (subject, payload) => client.publish(subject, payload), close: () => client.close() };
}

async function bareMqtt(address, protocolVersion) {
  const client = await connectAsync(address, { protocolVersion, reconnectPeriod: 0 });
  client.stream.setNoDelay(true);
  client.on('message', (topic, data) => (topic === 'bare/a' ? hearA() : hearB(data)));
  const topics = Object.fromEntries(['bare.a', ...bareSubjects].map((subject) => [subject, subject.replaceAll('.', '/')]));
  await client.subscribeAsync(Object.values(topics), { qos: 0 });
  return {
    listen: async () => {},
    publish: (subject, payload) => client.publish(topics[subject], Buffer.from(payload.buffer), { qos: 0 }),
    close: () => client.endAsync(),
  };
}

const quantile = (times, q) => [...times].sort((a, b) => a - b)[Math.floor(q * (times.length - 1))];

const nothingYet = () => ({ wall_ms: Infinity, cpu_ms: Infinity });
const better = (one, other) => ({ wall_ms: Math.min(one.wall_ms, other.wall_ms), cpu_ms: Math.min(one.cpu_ms, other.cpu_ms) });

async function compare(name, connect, bare) {
  for (const receivers_count of [1, burst_count]) await compareBursts(name, receivers_count, connect, bare);
  await compareTrips(name, connect, bare);
}

async function compareBursts(name, receivers_count, connect, bare) {
  let ours = nothingYet();
  let peer = nothingYet();
  let copying = nothingYet();
  for (let k = 0; k < repeats; k++) {
    const connection = await connect();
    ours = better(ours, await bursts(connection, `bursts-${process.pid}-${receivers_count}-${k}`, receivers_count));
    await connection.close();
    if (bare === undefined) continue;
    const client = await bare();
    copying = better(copying, await bareBursts(client, receivers_count, true));
    peer = better(peer, await bareBursts(client, receivers_count, false));
    await client.close();
  }
  const count = burst_count * bursts_count;
  const rate = ({ wall_ms }) => `${Math.round(count / wall_ms)} k messages/s`;
  const each = ({ cpu_ms }) => `${((1000 * cpu_ms) / count).toFixed(2)} µs`;
  const share = ({ cpu_ms }) => Math.round((100 * cpu_ms) / ours.cpu_ms);
  const beside =
    bare === undefined
      ? ''
      : `; bare ${each(peer)}, ${rate(peer)}; ours does ${share(peer)} % of what bare does a CPU second, ${share(copying)} % of what bare does that copies`;
  const to = receivers_count === 1 ? 'one agent' : `${receivers_count} agents`;
  say(
    `${name}: ${count} profiles of 96 to ${to}, CPU`,
    ours.cpu_ms,
    bare && 'bare client',
    bare && peer.cpu_ms,
    `${each(ours)} a message, ${rate(ours)}${beside}`,
  );
}

async function compareTrips(name, connect, bare) {
  const ours = [];
  const peer = [];
  for (let k = 0; k < repeats; k++) {
    const connection = await connect();
    ours.push(...(await trips(connection, `trips-${process.pid}-${k}`)));
    await connection.close();
    if (bare === undefined) continue;
    const client = await bare();
    peer.push(...(await bareTrips(client)));
    await client.close();
  }
  for (const q of [0.5, 0.99]) {
    say(`${name}: round trip p${100 * q}`, quantile(ours, q), bare && 'bare client', bare && quantile(peer, q), `${ours.length} trips`);
  }
}

// ---------------------------------------------------------------------------------------- a ring, beside mango

const ring = { agents: 100, balls: 100, passes: 20_000, values: 4 };
const hops = { agents: 10, balls: 1, passes: 3000, values: 4 };

/** The best of a few runs of the ring: CPU, and the time of a hop with one ball. */
async function ringOver(carry) {
  let cpu_ms = Infinity;
  for (let k = 0; k < repeats; k++) {
    const { roles, result } = ringOf(ring.agents, ring.balls, ring.passes, ring.values);
    await carry(roles, `ring-${process.pid}-${k}`);
    cpu_ms = Math.min(cpu_ms, result().cpu_ms);
  }
  const { roles, result } = ringOf(hops.agents, hops.balls, hops.passes, hops.values);
  await carry(roles, `hops-${process.pid}`);
  const { hops_ms } = result();
  return { cpu_ms, p50_ms: quantile(hops_ms, 0.5), p99_ms: quantile(hops_ms, 0.99) };
}

function mango(way, port = 0) {
  const ask = ({ agents, balls, passes, values }) =>
    askPeer('mango_exchange.py', way, ...[agents, balls, passes, values, port].map(String));
  const many = ask(ring);
  const one = ask(hops);
  return many && one && { cpu_ms: many.cpu_ms, p50_ms: one.hops_p50_ms, p99_ms: one.hops_p99_ms };
}

async function besideMango(name, ours, way, peer) {
  const mine = await ringOver(ours);
  const hop = ({ p50_ms, p99_ms }) => `${p50_ms?.toPrecision(2)} / ${p99_ms?.toPrecision(2)} ms`;
  say(
    `${name}: ring of ${ring.agents}, ${ring.passes} messages, CPU`,
    mine.cpu_ms,
    peer && `mango, ${way}`,
    peer?.cpu_ms,
    `hop p50 / p99 with one ball: ${hop(mine)}${peer?.p50_ms ? `, mango ${hop(peer)}` : ''}`,
  );
}

const over = (connect) => async (roles, run) => {
  const connection = await connect();
  await runLive(roles, connection, { run });
  await connection.close();
};

const folders = `${process.env.PATH}:/usr/sbin`;
const isInstalled = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: folders } }).status === 0;

async function withBroker(program, args, port, use) {
  if (!isInstalled(program)) return process.stderr.write(`${program} is not installed: left out\n`);
  const child = spawn(program, args, { stdio: 'ignore', env: { PATH: folders } });
  try {
    await answering(port);
    await use();
  } finally {
    child.kill();
  }
}

async function answering(port) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const there = await new Promise((resolve) => {
      const socket = connectTcp(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nobody listens on ${port}`);
}

await throughLoop();
let loop = { time_ms: Infinity };
let closures_ms = Infinity;
for (let k = 0; k < repeats; k++) {
  const run = await throughLoop();
  if (run.time_ms < loop.time_ms) loop = run;
  closures_ms = Math.min(closures_ms, throughClosures());
}
const perSecond = (loop.messages_count / loop.time_ms / 1000).toFixed(2);
say('loop: 2 M messages among 1000 agents', loop.time_ms, 'bare closures in an array', closures_ms, `${perSecond} M messages/s`);

const inVirtualTime = (roles) => runInVirtualTime(roles, { faults: { ...noFaults, delay_min_s: 1 }, stream: randomStream(1) });
await besideMango('loop', (roles) => runInLoop(roles), 'in memory', mango('memory'));
await besideMango('virtual time', inVirtualTime, 'simulation', mango('simulation'));

const hub = startHub();
await compare('worker threads', async () => hub.connect());
await besideMango(
  'worker threads',
  over(async () => hub.connect()),
  'TCP',
  mango('tcp'),
);
await hub.close();
const embedded = await startEmbeddedBroker();
await compare(
  'embedded broker',
  () => mqtt.connect(embedded.address),
  () => bareMqtt(embedded.address, 4),
);
await embedded.close();

await withBroker('nats-server', ['-a', '127.0.0.1', '-p', '24222'], 24222, async () => {
  const connect = () => nats.connect('nats://127.0.0.1:24222');
  await compare('NATS', connect, () => bareNats('nats://127.0.0.1:24222'));
  await besideMango('NATS', over(connect), 'TCP', mango('tcp'));
});
const folder = mkdtempSync(join(tmpdir(), 'gridflock-bench-'));
writeFileSync(join(folder, 'm.conf'), 'listener 21883 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n');
await withBroker('mosquitto', ['-c', join(folder, 'm.conf')], 21883, async () => {
  const connect = () => mqtt.connect('mqtt://127.0.0.1:21883');
  await compare('mosquitto', connect, () => bareMqtt('mqtt://127.0.0.1:21883', 5));
  await besideMango('mosquitto', over(connect), 'MQTT', mango('mqtt', 21883));
});
rmSync(folder, { recursive: true, force: true });
