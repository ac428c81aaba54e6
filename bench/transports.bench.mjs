// Messages between agents. In memory: messages a second through the loop, beside a bare queue of closures. On the wire: 96
// doubles a message, in bursts of 500 that are acknowledged, over NATS, mosquitto and our embedded
// broker; ours is two roles in a live run with envelopes written, read and checked; the peer is the bare client that sends
// bytes made beforehand in the same bursts, and one that copies its 96 doubles out and in. What is compared is CPU time of this process, which other work on the machine does
// not disturb; messages a second on the wall stand in the note. Then the round trip of one message, p50 and p99. Brokers that are not installed
// are left out.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect as connectNats } from '@nats-io/transport-node';
import { connectAsync } from 'mqtt';
import { say } from './peers/peers.mjs';

const root = new URL('..', import.meta.url).pathname;
const load = (path) => import(pathToFileURL(join(root, 'packages', path)).href);
const { EnvelopeWriter, runInLoop } = await load('core/dist/index.js');
const { runLive } = await load('host/dist/transports/live.js');
const { nats } = await load('host/dist/transports/nats/nats.js');
const { mqtt } = await load('host/dist/transports/mqtt/mqtt.js');
const { startHub } = await load('host/dist/transports/workers/hub.js');
const { startEmbeddedBroker } = await load('host/dist/transports/embedded-broker/embedded-broker.js');

const burst_count = 500;
const bursts_count = 60;
const trips_count = 4000;
const repeats = 5;
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

/** a sends bursts, b acknowledges each. */
async function bursts(connection, run) {
  let time;
  let passed;
  let sent = 0;
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
        for (let k = 0; k < burst_count; k++) out.send('b', profile(sent++));
      },
      receive(_from, _message, out) {
        if (sent < burst_count * bursts_count) this.send(out);
        else time = passed();
      },
      tick() {},
    },
    {
      id: 'b',
      done: true,
      start() {},
      receive: (from, { round }, out) => (round + 1) % burst_count === 0 && out.send(from, short(round)),
      tick() {},
    },
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

async function bareBursts({ listen, publish }, copies) {
  let sent = 0;
  let heard = 0;
  const burst = () => {
    for (let k = 0; k < burst_count; k++, sent++) publish('bare.b', copies ? doublesOut() : bytes);
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
    publish('bare.b', bytes);
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
  client.subscribe('bare.b', { callback: (_error, message) => hearB(message.data) });
  return { listen: () => client.flush(), publish: (subject, payload) => client.publish(subject, payload), close: () => client.close() };
}

async function bareMqtt(address, protocolVersion) {
  const client = await connectAsync(address, { protocolVersion, reconnectPeriod: 0 });
  client.stream.setNoDelay(true);
  client.on('message', (topic, data) => (topic === 'bare/a' ? hearA() : hearB(data)));
  await client.subscribeAsync(['bare/a', 'bare/b'], { qos: 0 });
  const topics = { 'bare.a': 'bare/a', 'bare.b': 'bare/b' };
  return {
    listen: async () => {},
    publish: (subject, payload) => client.publish(topics[subject], Buffer.from(payload.buffer), { qos: 0 }),
    close: () => client.endAsync(),
  };
}

const quantile = (times, q) => [...times].sort((a, b) => a - b)[Math.floor(q * (times.length - 1))];

async function compare(name, connect, bare) {
  const ours = { wall_ms: Infinity, cpu_ms: Infinity, trips: [] };
  const peer = { wall_ms: Infinity, cpu_ms: Infinity, trips: [] };
  const copying = { wall_ms: Infinity, cpu_ms: Infinity, trips: [] };
  const keep = (best, { wall_ms, cpu_ms }, times) => {
    best.wall_ms = Math.min(best.wall_ms, wall_ms);
    best.cpu_ms = Math.min(best.cpu_ms, cpu_ms);
    best.trips.push(...times);
  };
  for (let k = 0; k < repeats; k++) {
    const connection = await connect();
    keep(ours, await bursts(connection, `bursts-${process.pid}-${k}`), await trips(connection, `trips-${process.pid}-${k}`));
    await connection.close();
    if (bare === undefined) continue;
    const client = await bare();
    keep(copying, await bareBursts(client, true), []);
    keep(peer, await bareBursts(client, false), await bareTrips(client));
    await client.close();
  }
  const count = burst_count * bursts_count;
  const rate = ({ wall_ms }) => `${Math.round(count / wall_ms)} k messages/s`;
  const share = ({ cpu_ms }) => Math.round((100 * cpu_ms) / ours.cpu_ms);
  const beside =
    bare === undefined
      ? ''
      : `; bare ${rate(peer)}; ours does ${share(peer)} % of what bare does a CPU second, ${share(copying)} % of what bare does that copies`;
  say(`${name}: ${count} profiles of 96, CPU`, ours.cpu_ms, bare && 'bare client', bare && peer.cpu_ms, `${rate(ours)}${beside}`);
  for (const q of [0.5, 0.99]) {
    say(
      `${name}: round trip p${100 * q}`,
      quantile(ours.trips, q),
      bare && 'bare client',
      bare && quantile(peer.trips, q),
      `${ours.trips.length} trips`,
    );
  }
}

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

const hub = startHub();
await compare('worker threads', async () => hub.connect());
await hub.close();
const embedded = await startEmbeddedBroker();
await compare(
  'embedded broker',
  () => mqtt.connect(embedded.address),
  () => bareMqtt(embedded.address, 4),
);
await embedded.close();

await withBroker('nats-server', ['-a', '127.0.0.1', '-p', '24222'], 24222, () =>
  compare(
    'NATS',
    () => nats.connect('nats://127.0.0.1:24222'),
    () => bareNats('nats://127.0.0.1:24222'),
  ),
);
const folder = mkdtempSync(join(tmpdir(), 'gridflock-bench-'));
writeFileSync(join(folder, 'm.conf'), 'listener 21883 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n');
await withBroker('mosquitto', ['-c', join(folder, 'm.conf')], 21883, () =>
  compare(
    'mosquitto',
    () => mqtt.connect('mqtt://127.0.0.1:21883'),
    () => bareMqtt('mqtt://127.0.0.1:21883', 5),
  ),
);
rmSync(folder, { recursive: true, force: true });
