// Sums of many participants of which only the total can be read. First masked sums: 10 000 participants × 96 values on a graph of neighbours for
// 5 % corrupt and 5 % silent members and 40 bits of security. Everything of everybody is done here, one after another in one process: setting up
// (once for a negotiation: keys, agreements, shares), then one round in which 5 % say nothing and 1 % leave after they spoke. A client is one member; what
// the net does stands beside it. Peer: the same sum in the open. Then homomorphic sums: encryption, sum and decryption of 96 values under Paillier keys of 2048 and 3072
// bits. Peer: the power r^n mod n² by BigInt. CPU time of this process.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { say } from './peers/peers.mjs';

const root = new URL('..', import.meta.url).pathname;
const load = (path) => import(pathToFileURL(join(root, 'packages', path)).href);
const { Collector, degreeFor, Member, modPow, neighbourGraph, PaillierSecret, pack, packingFor, randomOrder, randomStream, unpack } =
  await import('@gridflock/core');
const { nodeCrypto: crypto } = await load('host/dist/privacy/node-crypto.js');

const modulus = 2 ** 52;
const values_count = 96;

/** CPU and wall-clock milliseconds of a piece of work, and its answer. */
function timed(work) {
  const wall = performance.now();
  const before = process.cpuUsage();
  const answer = work();
  const { user, system } = process.cpuUsage(before);
  return { answer, cpu_ms: (user + system) / 1000, wall_ms: performance.now() - wall };
}

const short = (value) => value.toPrecision(3);

// ------------------------------------------------------------------------------------------------ masked sums

function masked(n) {
  const threats = { members_count: n, corrupt_frac: 0.05, dropout_frac: 0.05, security_bits: 40, recovery_bits: 20 };
  const { degree_count, threshold_count, exposure_bits } = degreeFor(threats);
  const stream = randomStream(3);
  const { neighbours } = neighbourGraph(
    randomOrder(n, (below) => stream.index(below)),
    degree_count,
  );
  const values = Array.from({ length: n }, () =>
    Float64Array.from({ length: values_count }, () => (stream.index(2 ** 34) - 2 ** 33 + modulus) % modulus),
  );

  const keys = timed(() =>
    neighbours.map(
      (list, place) => new Member({ crypto, group: 'bench', place, neighbours: list, threshold_count, numbers_count: values_count }),
    ),
  );
  const members = keys.answer;
  const sharing = timed(() => members.map((member, place) => member.sealShares(neighbours[place].map((j) => members[j].publicKeys))));
  const sealed = sharing.answer;
  const keeping = timed(() => {
    neighbours.forEach((list, place) => list.forEach((j, k) => members[j].keepShares(place, sealed[place][k])));
  });
  const setUp_ms = (keys.cpu_ms + sharing.cpu_ms + keeping.cpu_ms) / n;

  const silent = new Set(Array.from({ length: Math.round(0.05 * n) }, (_, k) => (k * 19 + 7) % n));
  const left = new Set(Array.from({ length: Math.round(0.01 * n) }, (_, k) => (k * 83 + 11) % n).filter((place) => !silent.has(place)));
  const collector = new Collector({ crypto, neighbours, threshold_count, numbers_count: values_count });
  members.forEach((member, place) => collector.know(place, member.publicKeys));
  collector.open(1);
  const sent = values.map((v) => Float64Array.from(v));
  const round_ms = performance.now();
  const masking = timed(() => {
    for (let place = 0; place < n; place++) if (!silent.has(place)) members[place].mask(1, sent[place]);
  });
  const hearing = timed(() => {
    for (let place = 0; place < n; place++) if (!silent.has(place)) collector.hear(place, sent[place]);
  });
  const maskingShares = new Map([...silent].map((place) => [place, new Map()]));
  const selfShares = new Map([...left].map((place) => [place, new Map()]));
  const selfKeys = [];
  const revealing = timed(() => {
    for (let place = 0; place < n; place++) {
      if (silent.has(place) || left.has(place)) continue;
      const revealed = members[place].reveal(
        1,
        neighbours[place].filter((j) => silent.has(j)),
      );
      selfKeys.push(revealed.selfKey);
      for (const [of, share] of revealed.maskingShares) maskingShares.get(of).set(place, share);
      for (const [of, share] of members[place].revealSelves(neighbours[place].filter((j) => left.has(j))))
        selfShares.get(of).set(place, share);
    }
  });
  const unmasking = timed(() => {
    for (const key of selfKeys) collector.unmaskSelf(key);
    for (const [place, shares] of selfShares) if (!collector.recoverSelf(place, shares)) throw new Error('a self-mask is lost');
    for (const [place, shares] of maskingShares) if (!collector.recoverMasks(place, shares)) throw new Error('a mask is lost');
  });
  const wall_s = (performance.now() - round_ms) / 1000;

  const openly = timed(() => {
    const sum = new Float64Array(values_count);
    for (let place = 0; place < n; place++) {
      if (silent.has(place)) continue;
      for (let i = 0; i < values_count; i++) sum[i] = (sum[i] + values[place][i]) % modulus;
    }
    return sum;
  });
  if (openly.answer.some((value, i) => value !== collector.sum[i])) throw new Error('the sum is not the sum');

  const client_ms = (masking.cpu_ms + revealing.cpu_ms) / (n - silent.size);
  const net_ms = hearing.cpu_ms + unmasking.cpu_ms;
  const machine = `${cpus().length} cores ${cpus()[0].model}, shared`;
  const graph = `k ${degree_count}, t ${threshold_count}, exposed with 2^-${exposure_bits.toFixed(1)}`;
  say(
    `masked round ${n} × ${values_count}, all of everybody`,
    masking.cpu_ms + revealing.cpu_ms + net_ms,
    'the sum in the open',
    openly.cpu_ms,
    `${graph}; ${silent.size} silent, ${left.size} left; wall ${short(wall_s)} s in one thread; ${machine}`,
  );
  say(
    `masked round ${n}, one client`,
    client_ms,
    'none',
    undefined,
    `masks ${short(masking.cpu_ms / (n - silent.size))} ms, opening ${short(revealing.cpu_ms / (n - silent.size))} ms`,
  );
  say(
    `masked round ${n}, the net`,
    net_ms,
    'none',
    undefined,
    `summing ${short(hearing.cpu_ms)} ms, unmasking and recovery ${short(unmasking.cpu_ms)} ms`,
  );
  const all_s = (n * setUp_ms) / 1000;
  say(
    `setting up ${n}, one client`,
    setUp_ms,
    'none',
    undefined,
    `once a negotiation: keys ${short(keys.cpu_ms / n)}, agreements and shares ${short(sharing.cpu_ms / n)}, opening shares ${short(keeping.cpu_ms / n)} ms; all clients one after another ${short(all_s)} s`,
  );
}

// -------------------------------------------------------------------------------------------- homomorphic sums

function homomorphic(bits_count) {
  const members_count = 20;
  const made = timed(() => new PaillierSecret(bits_count, crypto));
  const secret = made.answer;
  const { publicKey } = secret;
  const packing = packingFor(values_count, members_count, publicKey.bits_count);
  const stream = randomStream(5);
  const vectors = Array.from({ length: members_count }, () =>
    Float64Array.from({ length: values_count }, () => (stream.index(2 ** 34) - 2 ** 33 + modulus) % modulus),
  );
  const encrypting = timed(() => vectors.map((vector) => pack(vector, packing).map((plain) => publicKey.encrypt(plain))));
  const adding = timed(() => encrypting.answer.reduce((sum, each) => sum.map((c, k) => publicKey.add(c, each[k]))));
  const decrypting = timed(() =>
    unpack(
      adding.answer.map((c) => secret.decrypt(c)),
      packing,
      members_count,
    ),
  );
  vectors[0].forEach((_, i) => {
    if (vectors.reduce((sum, v) => (sum + v[i]) % modulus, 0) !== decrypting.answer[i]) throw new Error('the sum is not the sum');
  });
  const base = publicKey.n2 / 3n;
  const slow = timed(() => {
    for (let k = 0; k < 5; k++) modPow(base + BigInt(k), publicKey.n, publicKey.n2);
  });
  const ofKey = crypto.big.power(publicKey.n, publicKey.n2);
  const fast = timed(() => {
    for (let k = 0; k < 20; k++) ofKey(base + BigInt(k));
  });
  say(
    `r^n mod n², ${bits_count} bits`,
    fast.cpu_ms / 20,
    'BigInt, window of 5 bits',
    slow.cpu_ms / 5,
    `key made in ${short(made.cpu_ms)} ms`,
  );
  say(
    `Paillier ${bits_count}, ${values_count} values, one client`,
    encrypting.cpu_ms / members_count,
    'BigInt, window of 5 bits',
    (packing.plaintexts_count * slow.cpu_ms) / 5,
    `${packing.plaintexts_count} ciphertexts of ${publicKey.ciphertext_bytes_count} bytes, ${packing.slots_count} values each`,
  );
  say(
    `Paillier ${bits_count}, ${values_count} values, net and trustee`,
    adding.cpu_ms + decrypting.cpu_ms,
    'none',
    undefined,
    `adding ${short(adding.cpu_ms / (members_count - 1))} ms a member, decrypting ${short(decrypting.cpu_ms)} ms`,
  );
}

masked(1000);
masked(10_000);
homomorphic(2048);
homomorphic(3072);
