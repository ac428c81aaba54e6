// Cluster division of IEEE 33 with the eleven resources of Jia et al. (2025): all valid partitions with their electrical distances,
// from the network to the list, against NumPy (bench/peers/partition.py): trying every set of cuts among the 20 edges that can be cut,
// and the paper's sampler with as many draws as find 755 partitions up to λ = 0.5. Larger feeders have no peer: the sets are too many.
// Trading: the day's plan of a storage that is on or off, searched through, against our HiGHS on the mixed-whole programme of the paper.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, best, say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
const { catalog } = await core('catalog.js');
const { randomStream } = await core('base/random.js');
const { readBuiltIn } = await core('networks/read-built-in.js');
const { newton } = await core('powerflows/newton/newton.js');
const { exactSensitivity } = await core('powerflows/exact-sensitivity.js');
const { sensitivityMatrices } = await core('powerflows/sensitivity.js');
const { electricalDistances } = await core('network/partition/electrical-distance.js');
const { PartitionSpace } = await core('network/partition/space.js');
const { buildInsideTree } = await core('network/partition/atoms.js');
const { samplePartitions } = await core('network/partition/sample.js');

const lambdas = [0.5, 0.35, 0.27];
const draws_count = 156_000;

function caseOf(name, resources_count) {
  const { network, operatingPoint } = readBuiltIn(catalog.networks.find((each) => each.name === name));
  const outside = operatingPoint.slacks;
  const inside = network.buses.map((_, b) => b).filter((b) => !outside.includes(b));
  const rules = { outside, resources_count: resources_count(network, inside), resources_min_count: 2, distanceMax: 0.5 };
  return { network, operatingPoint, inside, rules };
}

const distancesOf = ({ network, operatingPoint, inside }) => {
  const solved = newton.prepare(network, operatingPoint).solve(operatingPoint);
  return electricalDistances(sensitivityMatrices(exactSensitivity(network, operatingPoint, solved)), inside);
};

const jia = caseOf('ieee33', (network) => {
  const counts = new Int32Array(network.buses.length);
  for (const id of ['6', '9', '12', '13', '18', '21', '22', '23', '25', '30', '33'])
    counts[network.buses.findIndex((bus) => bus.id === id)]++;
  return counts;
});
const dd = distancesOf(jia);
const { atoms } = new PartitionSpace(jia.network, jia.rules, dd);
const { order, parent } = buildInsideTree(jia.network, jia.rules);
const place = new Int32Array(jia.network.buses.length).fill(-1);
order.forEach((b, k) => {
  place[b] = k;
});
const file = join(cache, 'partition.json');
mkdirSync(cache, { recursive: true });
writeFileSync(
  file,
  JSON.stringify({
    buses: jia.network.buses.length,
    dd: [...dd].map((d) => (Number.isNaN(d) ? 0 : d)),
    least: 2,
    lambdas,
    draws: draws_count,
    atoms: { parent: [...atoms.parent], resources: [...atoms.resources_count], of: [...atoms.atomOf] },
    tree: {
      parent: order.map((b) => (parent[b] < 0 ? -1 : place[parent[b]])),
      resources: order.map((b) => jia.rules.resources_count[b]),
      of: [...place],
    },
  }),
);
const peer = askPeer('partition.py', file);

let space;
let below;
const first = performance.now();
new PartitionSpace(jia.network, jia.rules, dd).list(Number.POSITIVE_INFINITY, 1e4);
const cold_ms = performance.now() - first;
const list_ms = best(() => {
  space = new PartitionSpace(jia.network, jia.rules, dd);
  below = lambdas.map((lambda) => space.list(lambda, 1e4).partitions.length);
}, 30);
const counted = `${space.valid_count} valid, ${below.join('/')} up to ${lambdas.join('/')}; peer ${peer?.enumerate.count}, ${peer?.enumerate.below.join('/')}; first call ${cold_ms.toFixed(1)} ms`;
say('list partitions ieee33 at three λ', list_ms, peer && `${peer.peer} every set of cuts`, peer?.enumerate.ms, counted);
const whole_ms = best(() => new PartitionSpace(jia.network, jia.rules, distancesOf(jia)).list(0.5, 1e4), 30);
say('power flow, sensitivities and list ieee33', whole_ms, 'none', undefined, 'from the network to the partitions up to 0.5');

let drawn;
const sample_ms = best(() => {
  drawn = samplePartitions(jia.network, jia.rules, draws_count, randomStream(1));
}, 3);
say(
  'sampler ieee33',
  sample_ms,
  peer && `${peer.peer} the same sampler`,
  peer?.sample.ms,
  `${draws_count} draws find ${drawn.partitions.length} of ${space.valid_count}; peer ${peer?.sample.count}`,
);
say('list instead of sampling ieee33', list_ms, 'our sampler', sample_ms, 'all of them against most of them');

for (const [name, resources] of [
  ['ieee69', 20],
  ['ieee123', 20],
  ['feeder118', 20],
  ['ieee123', 40],
  ['feeder118', 60],
]) {
  const kase = caseOf(name, (network, inside) => {
    const counts = new Int32Array(network.buses.length);
    const stream = randomStream(1);
    const free = [...inside];
    for (let k = 0; k < resources; k++) counts[free.splice(stream.index(free.length), 1)[0]]++;
    return counts;
  });
  const distances = distancesOf(kase);
  let found;
  const ms = best(() => {
    found = new PartitionSpace(kase.network, kase.rules, distances);
    found.nearest(100);
  }, 3);
  const note = `${found.valid_count} valid partitions, ${found.clusters_count} clusters; count and the nearest 100, least distance ${found.least().distance.toFixed(4)}`;
  say(`count and nearest ${name}, ${resources} resources`, ms, 'none', undefined, note);
}

const { highs } = await core('solvers/highs/highs.js');
const { timeGrid } = await core('base/time-grid.js');
const { shape } = await core('uncertainty/shapes.js');
const { jia2025Prices, jia2025Storage } = await core('studies/jia2025.js');
const { realTimePrices, timeOfUsePrices } = await core('studies/regulate/market/structures.js');
const { optimise, planTrade } = await core('studies/regulate/market/trade.js');
const solver = await highs().prepare();
const grid = timeGrid({ start: '2025-01-15T00:00', step_min: 60, steps_count: 24 });
const sun = shape('pv', grid).map((p, t) => 600 * p + 300 * shape('wind', grid)[t]);
const tight = { id: 'ES', ...jia2025Storage };
const timeOfUse = timeOfUsePrices(grid, jia2025Prices);
const leaky = { ...tight, selfDischarge_per_h: 0.002 };
for (const [name, prices, storage] of [
  ['time-of-use', timeOfUse, tight],
  ['real-time', realTimePrices(grid, timeOfUse, randomStream(1)), tight],
  ['time-of-use, self-discharge', timeOfUse, leaky],
]) {
  const portfolio = { id: 'fund', sources: [{ id: 'all', p_available_kW: [...sun] }], storage };
  const options = { dt_h: 1 };
  let trade;
  let programme;
  const ours_ms = best(() => {
    trade = planTrade(portfolio, prices, options, solver);
  }, 20);
  const peer_ms = best(() => {
    programme = optimise(portfolio, storage, sun, prices, options, solver);
  }, 3);
  say(
    `plan of a day on or off, ${name}`,
    ours_ms,
    'our HiGHS, 48 whole variables',
    peer_ms,
    `earns ${trade.revenue_with_cur.toFixed(3)}, bound of the programme ${programme.bound_cur.toFixed(3)}, without storage ${trade.revenue_without_cur.toFixed(3)}`,
  );
}
