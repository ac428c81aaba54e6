// Sums of many participants of which only the total can be read. First masked sums: 10 000 participants × 96 values on a graph of neighbours for
// 5 % corrupt and 5 % silent members and 40 bits of security. Everything of everybody is done here, one after another in one process: setting up
// (once for a negotiation: keys, agreements, shares; peer: as many bare agreements by Node), then one round in which 5 % say nothing and 1 % leave
// after they spoke, which here means twice: who leaves has silent neighbours. A client is one member; what the net does stands beside it. Peer: the
// same sum in the open. Then homomorphic sums: encryption, sum and decryption of 96 values under Paillier keys of 2048 and 3072
// bits. Peer: the power r^n mod n² by BigInt. CPU time of this process.
import { diffieHellman, generateKeyPairSync } from 'node:crypto';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { say } from './peers/peers.mjs';

const root = new URL('..', import.meta.url).pathname;
const load = (path) => import(pathToFileURL(join(root, 'packages', path)).href);
const { Collector, degreeFor, Member, modPow, neighbourGraph, PaillierSecret, pack, packingFor, randomOrder, randomStream, unpack } =
  await load('core/dist/index.js');
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
  const sharing = timed(() =>
    members.map((member, place) => member.sealShares(neighbours[place].map((j) => members[j].publicKeys.agreeing))),
  );
  const sealed = sharing.answer;
  const keeping = timed(() => {
    neighbours.forEach((list, place) => list.forEach((j, k) => members[j].keepShare(place, sealed[place][k])));
  });
  const setUp_ms = (keys.cpu_ms + sharing.cpu_ms + keeping.cpu_ms) / n;
  const bare_ms = bareAgreements_ms(degree_count);

  const silent = new Set(Array.from({ length: Math.round(0.05 * n) }, (_, k) => (k * 19 + 7) % n));
  const left = new Set(Array.from({ length: Math.round(0.01 * n) }, (_, k) => (k * 83 + 11) % n).filter((place) => !silent.has(place)));
  // Whose mask with a silent neighbour nobody is left to tell: the round is spoken anew without them.
  const torn = new Set([...left].filter((place) => neighbours[place].some((j) => silent.has(j))));
  const placesOf = (places, place) => neighbours[place].filter((j) => places.has(j));
  const collector = new Collector({ crypto, members_count: n, threshold_count, numbers_count: values_count });
  const sent = [];
  const speaks = (place) => !silent.has(place);
  const opens = (place) => speaks(place) && !left.has(place);
  const speakers = neighbours.map((_, place) => place).filter(speaks);
  const openers = speakers.filter(opens);
  const round_ms = performance.now();
  const client = { masking: 0, counting: 0, opening: 0, recovering: 0 };
  let net_ms = 0;

  // The first attempt: those who left and have a silent neighbour make it fail when all others have opened; the second is without them.
  for (const attempt of torn.size > 0 ? [0, 1] : [0]) {
    const gone = attempt === 0 ? new Set() : new Set([...silent, ...torn]);
    const missing = attempt === 0 ? silent : new Set();
    const lost = attempt === 0 ? left : new Set([...left].filter((place) => !torn.has(place)));
    const there = speakers.filter((place) => !gone.has(place));
    const open = openers.filter((place) => !gone.has(place));
    collector.open(1, attempt);
    const masking = timed(() => {
      for (const place of there)
        sent[place] = attempt === 0 ? members[place].mask(1, values[place]) : members[place].again(1, attempt, placesOf(gone, place));
    });
    const hearing = timed(() => there.forEach((place) => collector.hear(place, sent[place])));
    const counting = timed(() => {
      const tags = [];
      for (const place of there) tags[place] = members[place].count(1, attempt, placesOf(missing, place));
      return tags;
    });
    const tags = counting.answer;
    const towards = open.map((place) => Float64Array.from(neighbours[place], (j) => tags[j]?.[neighbours[j].indexOf(place)] ?? 0));
    const opening = timed(() => open.map((place, k) => members[place].reveal(1, attempt, towards[k])));
    const unmasking = timed(() => {
      opening.answer.forEach(({ selfKey, pairKeys }, k) => {
        collector.unmaskSelf(selfKey);
        for (const [other, key] of pairKeys) collector.unmaskPair(open[k], other, key);
      });
    });
    client.masking += masking.cpu_ms;
    client.counting += counting.cpu_ms;
    client.opening += opening.cpu_ms;
    net_ms += hearing.cpu_ms + unmasking.cpu_ms;
    if (attempt === 0 && torn.size > 0) continue;
    const shares = new Map([...lost].map((place) => [place, new Map()]));
    const recovering = timed(() => {
      for (const place of open) {
        for (const [of, share] of members[place].revealSelves(1, attempt, placesOf(lost, place))) shares.get(of).set(place, share);
      }
    });
    const restoring = timed(() => {
      for (const [place, held] of shares)
        if (!collector.recoverSelf(members[place].publicKeys.selfDigest, held)) throw new Error('a self-mask is lost');
    });
    client.recovering += recovering.cpu_ms;
    net_ms += restoring.cpu_ms;
  }
  const wall_s = (performance.now() - round_ms) / 1000;
  const summed = speakers.filter((place) => !torn.has(place));

  const openly = timed(() => {
    const sum = new Float64Array(values_count);
    for (const place of summed) {
      for (let i = 0; i < values_count; i++) sum[i] = (sum[i] + values[place][i]) % modulus;
    }
    return sum;
  });
  if (openly.answer.some((value, i) => value !== collector.sum[i])) throw new Error('the sum is not the sum');

  const clients_ms = Object.values(client).reduce((sum, each) => sum + each, 0);
  const each = (name) => short(client[name] / speakers.length);
  const machine = `${cpus().length} cores ${cpus()[0].model}, shared`;
  const graph = `k ${degree_count}, t ${threshold_count}, exposed with 2^-${exposure_bits.toFixed(1)}`;
  say(
    `masked round ${n} × ${values_count}, all of everybody`,
    clients_ms + net_ms,
    'the sum in the open',
    openly.cpu_ms,
    `${graph}; ${silent.size} silent, ${left.size} left, ${torn.size} of them beside a silent one${torn.size > 0 ? ': spoken twice' : ''}; wall ${short(wall_s)} s in one thread; ${machine}`,
  );
  say(
    `masked round ${n}, one client`,
    clients_ms / speakers.length,
    'none',
    undefined,
    `masks ${each('masking')} ms, counting in ${each('counting')} ms, opening ${each('opening')} ms`,
  );
  say(`masked round ${n}, the net`, net_ms, 'none', undefined, 'summing, unmasking and recovery');
  const all_s = (n * setUp_ms) / 1000;
  say(
    `setting up ${n}, one client`,
    setUp_ms,
    `${degree_count} bare X25519 agreements`,
    bare_ms,
    `once a negotiation: keys ${short(keys.cpu_ms / n)}, agreements and shares ${short(sharing.cpu_ms / n)}, opening shares ${short(keeping.cpu_ms / n)} ms; all clients one after another ${short(all_s)} s`,
  );
}

/** As many calls of Node's Diffie–Hellman, with keys that have been read already. */
function bareAgreements_ms(count) {
  const [own, theirs] = [generateKeyPairSync('x25519'), generateKeyPairSync('x25519')];
  const repeats_count = 100;
  const { cpu_ms } = timed(() => {
    for (let k = 0; k < repeats_count * count; k++) diffieHellman({ privateKey: own.privateKey, publicKey: theirs.publicKey });
  });
  return cpu_ms / repeats_count;
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
