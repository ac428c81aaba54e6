// `npm run table:privacy`: what each protection costs and what an observer learns all the same, measured on a made-up street and written
// between the markers of docs/how-to/protect-schedules.md. Takes about two minutes. Times are CPU of this process beside the open run; all
// else comes out the same each time but for the noise, which nobody can foresee.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMain, repositoryRoot as root } from './source.mjs';

export const page = 'docs/how-to/protect-schedules.md';
export const markers = ['<!-- privacy table: npm run table:privacy -->', '<!-- end of privacy table -->'];
export const columns = [
  'protection',
  'whom it trusts',
  'bytes a household and round',
  'CPU over open',
  'optimality loss',
  "net's log: error",
  'prices, law known: error',
  'prices, law guessed: error',
  'membership: error',
  'who left, of 8: right; bits',
];
export const protections = [
  'none',
  'masked sums',
  'Paillier sums, 2048 bits',
  'masked + noise, ε = 10',
  'masked + noise, ε = 3',
  'masked + noise, ε = 1',
];
export const epsilons = ['∞', '10', '3', '1'];
export const sizes = [50, 500];

const trusted = {
  none: 'the net with everything',
  masked: 'most neighbours honest; without signed keys also the net, to hand keys on',
  Paillier: 'net and trustee do not work together',
  noise: 'as masked; neighbours add their noise',
};
const steps_count = 24;
const curve = 0.08;
const rounds_count = 30;
const clip_kW = 10;
const delta = 1e-6;

const load = (path) => import(pathToFileURL(join(root, 'packages', path)).href);

/** A household that wants w_t and does without at ½·a·(p + w)²; a grid above with a rising price. Closed forms, no memory. */
function streetOf(count, core) {
  const stream = core.randomStream(7).split(`street of ${count}`);
  const wanted = Array.from({ length: count }, () => {
    const evening = stream.index(steps_count);
    const width = stream.between(1, 4);
    return Float64Array.from({ length: steps_count }, (_, t) => {
      const away = Math.min(Math.abs(t - evening), steps_count - Math.abs(t - evening));
      return stream.between(0.1, 0.4) + 2.5 * Math.exp(-((away / width) ** 2));
    });
  });
  const grid = { price: 0.2, slope: 0.15 / count };
  return { wanted, grid };
}

/** argmin ½·a·(p − c)² + b·p + ½·ρ·(p − v)² within low … high, by step. */
function quadraticPart(id, centre, a, b, low, high) {
  let last = new Float64Array(steps_count);
  const answer = (weight, pull, out) => {
    for (let t = 0; t < steps_count; t++) out[t] = Math.min(high, Math.max(low, (a * centre[t] - b + pull[t]) / (a + weight)));
    last = out.slice();
  };
  const own = () => last.reduce((sum, p, t) => sum + 0.5 * a * (p - centre[t]) ** 2 + b * p, 0);
  const oracle = {
    width_count: steps_count,
    prox(v, rho, out) {
      answer(
        rho[0],
        v.map((value, t) => rho[t] * value),
        out,
      );
      return true;
    },
    response(price, out) {
      answer(0, price, out);
      return own() - out.reduce((sum, p, t) => sum + p * price[t], 0);
    },
    cost: own,
    schedule: () => new Map(),
  };
  return { id, block: undefined, oracle, terminals: ['street'] };
}

const householdId = (k) => `house ${String(k).padStart(4, '0')}`;
const wish = (w) => w.map((value) => -value);

function problemOf({ wanted, grid }, left) {
  const parts = wanted.flatMap((w, k) => (k === left ? [] : [quadraticPart(householdId(k), wish(w), curve, 0, -5, 0)]));
  parts.push(quadraticPart('upstream', new Float64Array(steps_count), grid.slope, grid.price, 0, 1e5));
  const openingPrice = new Float64Array(steps_count).fill(0.3);
  return { parts, nets: [{ id: 'street', scale_kW: wanted.length, openingPrice }], channels_count: 1, steps_count, dt_h: 1 };
}

/** Cost of what households do, the grid supplying it: the plan as it would be lived. */
function costOf({ wanted, grid }, schedules) {
  let cost = 0;
  for (let t = 0; t < steps_count; t++) {
    let supply = 0;
    schedules.forEach((p, k) => {
      cost += 0.5 * curve * (p[t] + wanted[k][t]) ** 2;
      supply -= p[t];
    });
    cost += grid.price * supply + 0.5 * grid.slope * supply ** 2;
  }
  return cost;
}

async function main() {
  const core = await load('core/dist/index.js');
  const { nodeCrypto: crypto } = await load('host/dist/privacy/node-crypto.js');
  const scheme = core.catalog.schemes.find(({ crowds }) => crowds !== undefined);
  const options = { ...scheme.defaults, tolerance_frac: 1e-4, tolerancePrice_frac: 0.02, watched_count: 4 };

  const isHousehold = (id) => id.startsWith('house');
  const householdsIn = (crowds) => ({
    isPrivate: isHousehold,
    countAt: (net) => crowds.find((crowd) => crowd.net === net).members.filter(isHousehold).length,
  });
  const noisyOptions = (epsilon) => ({ epsilon, delta, rounds_count, clip_kW, corrupt_frac: 0.05, dropout_frac: 0.05 });
  const veilsOf = {
    masked: () => core.maskedSums(core.maskedSumsDefaults, crypto),
    Paillier: (crowds) => core.encryptedSums(core.encryptedSumsDefaults, crowds, crypto),
    noise: (crowds, epsilon) => core.noisySums(noisyOptions(epsilon), householdsIn(crowds), crypto)(veilsOf.masked()),
  };

  /** One negotiation and all that the net's observer has heard of it. */
  async function negotiate(street, { kind = 'none', epsilon, left, rounds, log: keeps = true } = {}) {
    const problem = problemOf(street, left);
    const log = [];
    let bytes_count = 0;
    let words_count = 0;
    const observe = (each) => {
      bytes_count += core.sizeOnWire_count(each.message);
      if (['schedule', 'masked', 'encrypted'].includes(each.message.kind)) words_count++;
      if (keeps) log.push(each);
    };
    const crowds = scheme.crowds(problem);
    const before = process.cpuUsage();
    const outcome = await scheme.run(
      problem,
      { ...options, ...(rounds === undefined ? {} : { rounds_max_count: rounds, watched_count: 1000 }) },
      {
        hasCrowds: kind !== 'none',
        carry: (roles) =>
          core.runInLoop(kind === 'none' ? roles : core.wrapRoles(roles, crowds, veilsOf[kind](crowds, epsilon), 1), { observe }),
      },
    );
    const { user, system } = process.cpuUsage(before);
    const ports = new Map(problem.parts.map(({ id }, k) => [id, outcome.ports[k]]));
    return { ...outcome, ports, log, crowds, cpu_ms: (user + system) / 1000, bytes: bytes_count / words_count };
  }

  /** Sum of the households in the last round, as who runs the net and the grid above sees it: the last move of the price says p̄. */
  function sumSeen({ log, ports, crowds }) {
    const last = log.findLast(({ message }) => message.kind === 'price').message.body;
    const settled = log.findLast(({ message }) => message.kind === 'settle').message.body;
    const m = crowds[0].members.length;
    const step = last.rho_cur_per_kW2[0] * last.relaxation;
    return settled.price_cur_per_kWh.map((price, t) => (-m * (price - last.price_cur_per_kWh[t])) / step - ports.get('upstream')[t]);
  }

  async function attack(street, run, again) {
    const households = street.wanted.map((_, k) => run.ports.get(householdId(k)));
    const sum = Float64Array.from({ length: steps_count }, (_, t) => households.reduce((total, p) => total + p[t], 0));
    const nothing = core.equalShare(sum, households.length);
    const mean = (errors) => errors.reduce((total, e) => total + e, 0) / errors.length;
    const [crowd] = run.crowds;
    // A guess that is worse than the equal share is thrown away by who makes it.
    const error = (guessOf) => Math.min(1, mean(households.map((truth, k) => core.relativeError(truth, guessOf(k) ?? nothing, nothing))));
    const price = run.prices.get('street');
    const answer = (w) => w.map((value, t) => Math.min(0, Math.max(-5, -value + price[t] / curve)));
    const typical = Float64Array.from({ length: steps_count }, (_, t) => mean(street.wanted.map((w) => w[t])));
    const whole = sumSeen(run);
    const differences = [];
    for (let left = 0; left < 8; left++) {
      const seen = sumSeen(await again(left));
      differences.push(core.differenceOfSums(whole, seen));
    }
    const right = differences.filter((each, k) => core.nearestOf(each, households.slice(0, 8)) === k).length;
    return {
      log: error((k) => core.powerInLog(run.log, householdId(k), crowd.net, crowd.word, 'power_kW')),
      known: error((k) => answer(street.wanted[k])),
      guessed: error(() => answer(typical)),
      membership: Math.min(1, mean(differences.map((each, k) => core.relativeError(households[k], each, nothing)))),
      who: `${right} of 8; ${core.learnedBits(1 - right / 8, 8).toFixed(1)}`,
    };
  }

  const street = streetOf(sizes[0], core);
  const schedulesOf = (where, run) => where.wanted.map((_, k) => run.ports.get(householdId(k)));
  const tight = { tolerance_frac: 1e-9, tolerancePrice_frac: 1e-7 };
  const bestOf = async (where) => {
    const problem = problemOf(where);
    const outcome = await scheme.run(problem, { ...options, ...tight }, { carry: (roles) => core.runInLoop(roles) });
    return costOf(where, outcome.ports.slice(0, -1));
  };
  const best = await bestOf(street);
  const lossOf = (where, run, optimum) => costOf(where, schedulesOf(where, run)) / optimum - 1;
  const percent = (share) => (share < 5e-7 ? '0' : `${(100 * share).toPrecision(2)} %`);

  await negotiate(street);
  const open = await negotiate(street);
  const rows = [];
  for (const name of protections) {
    const epsilon = Number(/ε = (\d+)/.exec(name)?.[1]);
    const kind = name === 'none' ? 'none' : name.startsWith('Paillier') ? 'Paillier' : Number.isFinite(epsilon) ? 'noise' : 'masked';
    const setting = { kind, epsilon, ...(kind === 'noise' ? { rounds: rounds_count } : {}) };
    console.error(name);
    const run = await negotiate(street, setting);
    if (kind === 'masked' || kind === 'Paillier') {
      for (const [id, power] of open.ports) {
        if (power.some((value, i) => value !== run.ports.get(id)[i])) throw new Error(`${name}: "${id}" has other bits than in the open`);
      }
    }
    // Sums under Paillier are those under masks, bit for bit: runs without a household are made under masks.
    const again = (left) => negotiate(street, { ...setting, kind: kind === 'Paillier' ? 'masked' : kind, left });
    const seen = await attack(street, run, again);
    const perRound = (each) => each.cpu_ms / each.rounds_count;
    rows.push([
      name,
      trusted[kind],
      run.bytes.toFixed(0),
      kind === 'none' ? '1' : (perRound(run) / perRound(open)).toPrecision(2),
      percent(lossOf(street, run, best)),
      ...[seen.log, seen.known, seen.guessed, seen.membership].map((value) => value.toFixed(2)),
      seen.who,
    ]);
  }

  const losses = [];
  for (const size of sizes) {
    const where = streetOf(size, core);
    const optimum = await bestOf(where);
    const cells = [`${size} households`];
    for (const epsilon of epsilons) {
      console.error(`${size} households, ε = ${epsilon}`);
      const noisy = epsilon === '∞' ? { kind: 'masked' } : { kind: 'noise', epsilon: Number(epsilon) };
      cells.push(percent(lossOf(where, await negotiate(where, { ...noisy, rounds: rounds_count, log: false }), optimum)));
    }
    losses.push(cells);
  }
  write(rows, losses);
}

export const tableText = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function write(rows, losses) {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(markers[0]) + markers[0].length, text.indexOf(markers[1])];
  if (from < markers[0].length || to < from) throw new Error(`${page} lacks the markers`);
  const lossHead = [`optimality loss after ${rounds_count} rounds`, ...epsilons.map((epsilon) => `ε = ${epsilon}`)];
  const tables = `${tableText(columns, rows)}\n\n${tableText(lossHead, losses)}`;
  writeFileSync(path, `${text.slice(0, from)}\n${tables}\n${text.slice(to)}`);
  console.log(tables);
}

if (isMain(import.meta.url)) await main();
