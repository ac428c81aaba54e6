// One step of regulation by clusters: characteristics, decomposition with losses by AC power flow (two passes), handing down, and the AC
// power flow of what was injected; against the same step by single-point tracking of the same commands, regions and feeder (IEEE 33).
// CPU milliseconds per step, least of some runs, one thread; + in the notes what was missed at the pcc. Rows:
//   open n      sums in the open, against single-point tracking by projection, and by optimal power flow alone (the paper's single point)
//   agents n    by roles, masks and messages in a loop, against the same in the open
//   parallel n  what a feeder waits for: the operator's own work and that of the slowest cluster, all others being computed elsewhere; same peers
//   owners n    by roles again, ten owners per cluster of a hundred, each one agent, against an agent per resource
//   growth n    ours at n against ours at n/10: 10 is linear
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
const { readBuiltIn } = await core('networks/read-built-in.js');
const { ieee33 } = await core('networks/ieee33/network.js');
const { newton } = await core('powerflows/newton/newton.js');
const { trackDay } = await core('opf/tracking/track.js');
const { evenDirections } = await core('flexibility/directions.js');
const { project } = await core('flexibility/project.js');
const { Holding } = await core('regulation/holding.js');
const { planStep } = await core('regulation/plan-step.js');
const { boxes, polygons, randomStream, regulateDay, regulateDayOpenly, runInLoop } = await core('index.js');

const { network, operatingPoint: point } = readBuiltIn(ieee33);
const [slack] = point.slacks;
const nB = network.buses.length;
const load = { p: point.p_kW.reduce((a, b) => a - b, 0), q: point.q_kvar.reduce((a, b) => a - b, 0) };
const flow = newton.prepare(network, point);
const places = [...Array(nB).keys()].filter((b) => b !== slack);

/** `count` resources of three kinds that are 30 % of the load together; what they can do on step t. */
function regionOf(count, d, t) {
  const s = (0.3 * load.p) / count;
  const box = (p_min_kW, p_max_kW) => ({ halfPlanes: [], s_max_kVA: s, p_min_kW, p_max_kW });
  if (d % 3 === 0) return box(-0.8 * s, 0.8 * s);
  return d % 3 === 1 ? box(0, s * Math.max(0.05, Math.sin((Math.PI * (t - 6)) / 12))) : box(-0.9 * s, 0);
}

const busOf = (d) => places[(7 * d) % places.length];

function followerOf(count, d) {
  return {
    id: `r${d}`,
    step: 0,
    region() {
      return regionOf(count, d, this.step + 8);
    },
    advance(asked) {
      const injected = project(this.region(), asked);
      this.step++;
      return injected;
    },
  };
}

function importWith(add) {
  const p_kW = point.p_kW.slice();
  const q_kvar = point.q_kvar.slice();
  add(p_kW, q_kvar);
  const solved = flow.solve({ ...point, p_kW, q_kvar }, true);
  if (solved.status !== 'converged') throw new Error('power flow diverged');
  return solved;
}

function setupOf(count, steps_count, aggregation) {
  const clusters_count = Math.max(2, Math.round(count / 100));
  const clusters = Array.from({ length: clusters_count }, (_, m) => ({ id: `c${m}`, resources: [] }));
  // Neighbours on the feeder are in one cluster.
  const order = [...Array(count).keys()].sort((a, b) => busOf(a) - busOf(b) || a - b);
  order.forEach((d, k) => clusters[Math.floor((k * clusters_count) / count)].resources.push(followerOf(count, d)));
  const members = clusters.map(({ resources }) => resources.map(({ id }) => busOf(Number(id.slice(1)))));
  const commands = [];
  const grid = {
    command(t, band) {
      const at = (low, high, share) => low + share * (high - low);
      const command = {
        p_pcc_kW: 1.03 * load.p - at(band.p_low_kW, band.p_high_kW, 0.5 + 0.2 * Math.sin(t)),
        q_pcc_kvar: 1.03 * load.q - at(band.q_low_kvar, band.q_high_kvar, 0.5),
      };
      commands[t] = command;
      return command;
    },
    demand(_t, targets) {
      const { loss_kW, loss_kvar } = importWith((p, q) =>
        members.forEach((buses, m) => {
          for (const bus of buses) {
            p[bus] += targets[m].p_kW / buses.length;
            q[bus] += targets[m].q_kvar / buses.length;
          }
        }),
      );
      return { p_kW: load.p + loss_kW, q_kvar: load.q + loss_kvar };
    },
    measure(_t, injections) {
      const solved = importWith((p, q) => {
        for (const [id, x] of injections) {
          const bus = busOf(Number(id.slice(1)));
          p[bus] += x.p_kW;
          q[bus] += x.q_kvar;
        }
      });
      return { p_pcc_kW: solved.p_kW[slack], q_pcc_kvar: solved.q_kvar[slack] };
    },
  };
  return { setup: { clusters, steps_count, aggregation, weights: { alpha: 1, beta: 1 }, grid }, commands };
}

/** Least CPU milliseconds per step of some runs, and the last answer. */
async function leastCpu(run, steps_count, repeats) {
  let ms = Infinity;
  let answer;
  for (let k = 0; k < repeats; k++) {
    globalThis.gc?.();
    const before = process.cpuUsage();
    answer = await run();
    const { user, system } = process.cpuUsage(before);
    ms = Math.min(ms, (user + system) / 1000 / steps_count);
  }
  return { ms, answer };
}

/** Operator's and slowest cluster's wall-clock milliseconds per step, least of some runs: the same work as in the open, taken apart. */
function parallelShare(count, steps_count, aggregation, repeats) {
  let [operator_ms, cluster_ms] = [Infinity, Infinity];
  const timed = (run) => {
    const begin = performance.now();
    const answer = run();
    return [answer, performance.now() - begin];
  };
  for (let k = 0; k < repeats; k++) {
    const { clusters, grid, weights } = setupOf(count, steps_count, aggregation).setup;
    const holdings = clusters.map(({ resources }) => new Holding(resources, aggregation));
    let [operator, slowest] = [0, 0];
    for (let t = 0; t < steps_count; t++) {
      const measured = holdings.map((holding) => timed(() => holding.measure(t)));
      const [plan, planning] = timed(() =>
        planStep(
          t,
          measured.map(([sum]) => aggregation.characteristic(sum)),
          grid,
          weights,
        ),
      );
      const { targets } = plan.decomposition;
      const injected = holdings.map((holding, m) => timed(() => holding.inject(t, aggregation.weights(measured[m][0], targets[m]))));
      operator += planning;
      slowest += Math.max(...holdings.map((_, m) => measured[m][1] + injected[m][1]));
    }
    operator_ms = Math.min(operator_ms, operator / steps_count);
    cluster_ms = Math.min(cluster_ms, slowest / steps_count);
  }
  return { operator_ms, cluster_ms };
}

const missed = (steps) =>
  Math.max(...steps.map((s) => Math.hypot(s.measured.p_pcc_kW - s.command.p_pcc_kW, s.measured.q_pcc_kvar - s.command.q_pcc_kvar)));

const ways = [
  ['polygons', polygons(evenDirections(12))],
  ['boxes', boxes()],
];
const before = new Map();
for (const [count, steps_count, repeats] of [
  [10, 24, 60],
  [100, 24, 40],
  [1000, 24, 30],
  [10_000, 6, 3],
  [100_000, 2, 2],
]) {
  for (const [name, aggregation] of ways) {
    let commands;
    const open = await leastCpu(
      () => {
        const made = setupOf(count, steps_count, aggregation);
        commands = made.commands;
        return regulateDayOpenly(made.setup);
      },
      steps_count,
      repeats,
    );
    const note = `missed at most ${missed(open.answer).toPrecision(3)} kVA`;
    if (count <= 1000) {
      const repeat = (values) => Float64Array.from({ length: nB * steps_count }, (_, i) => values[i % nB]);
      const feeder = {
        network,
        slack,
        v_slack_pu: point.v_start_pu[slack],
        isolated: point.isolated,
        resources: Array.from({ length: count }, (_, d) => ({ id: `r${d}`, bus: busOf(d) })),
      };
      const asked = {
        steps_count,
        p_fixed_kW: repeat(point.p_kW),
        q_fixed_kvar: repeat(point.q_kvar),
        regionsAt: (t) => Array.from({ length: count }, (_, d) => regionOf(count, d, t + 8)),
        commands,
      };
      const { operator_ms, cluster_ms } = parallelShare(count, steps_count, aggregation, repeats);
      for (const method of ['projection', 'opf']) {
        const single = await leastCpu(
          () => trackDay(feeder, asked, { near: 'middle', method }),
          steps_count,
          method === 'opf' ? 6 : repeats,
        );
        const theirs = Math.max(...single.answer.steps.map((x) => x.error_kVA));
        say(`open ${count} ${name}`, open.ms, `single point by ${method}`, single.ms, `${note}, theirs ${theirs.toPrecision(3)}`);
        const parts = `operator ${operator_ms.toPrecision(3)}, slowest cluster ${cluster_ms.toPrecision(3)} ms`;
        say(`parallel ${count} ${name}`, operator_ms + cluster_ms, `single point by ${method}`, single.ms, parts);
      }
    } else say(`open ${count} ${name}`, open.ms, 'none at this size', undefined, note);
    const roles = await leastCpu(
      () => regulateDay(setupOf(count, steps_count, aggregation).setup, { carry: (all) => runInLoop(all), stream: randomStream(1) }),
      steps_count,
      Math.max(1, repeats - 1),
    );
    say(`agents ${count} ${name}`, roles.ms, 'ours in the open', open.ms, `${(roles.ms / count).toPrecision(3)} ms per agent and step`);
    if (count >= 1000) {
      const ofOwners = (setup) => ({
        ...setup,
        clusters: setup.clusters.map((cluster) => ({ ...cluster, owners: cluster.resources.map((_, l) => `owner ${l % 10}`) })),
      });
      const owned = await leastCpu(
        () =>
          regulateDay(ofOwners(setupOf(count, steps_count, aggregation).setup), {
            carry: (all) => runInLoop(all),
            stream: randomStream(1),
          }),
        steps_count,
        Math.max(1, repeats - 1),
      );
      say(`owners ${count} ${name}`, owned.ms, 'an agent per resource', roles.ms, `${owned.answer.length} steps`);
    }
    const last = before.get(name);
    if (last) {
      say(`growth ${count} ${name}, open`, open.ms, 'ours at a tenth', last.open, '10 is linear');
      say(`growth ${count} ${name}, agents`, roles.ms, 'ours at a tenth', last.roles, '10 is linear');
    }
    before.set(name, { open: open.ms, roles: roles.ms });
  }
}
