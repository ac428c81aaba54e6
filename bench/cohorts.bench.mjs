// Proximal message passing over cohorts on seeded networks: whole runs from 10⁵ to 3·10⁷ terminal-periods on two threads, with what an
// iteration costs per value; then the same problems as one programme at sizes that central solvers reach: our interior point and
// HiGHS (native) with quadratic costs, HiGHS (native and WebAssembly) with linear ones, and Clarabel. The first part and linear costs run to the default 1e-3 on residuals, quadratic ones beside
// peers to 1e-4, the solvers to 1e-6. What ended without agreement gets no ratio.
// `npm run bench -- cohorts --most 1e6` stops both parts at that number of values. `npm run plot:scaling` draws what was recorded.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, say } from './peers/peers.mjs';
import { writeQuadraticProgram } from './peers/program-file.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
mkdirSync(cache, { recursive: true });
const built = (name) => import(pathToFileURL(join(here, '../packages', name)).href);
const { catalog, centralProgram, cohortDefaults, kernelMemory, negotiateCohorts, randomNetwork } = await import('@gridflock/core');
const { negotiateInThreads, sharedMemory } = await built('host/dist/cohorts/threads.js');

const largest = Number(process.env.BENCH_MOST ?? 3.1e7);
const threads_count = 2;

/** Milliseconds on the clock and on the processors. */
async function timed(run) {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const answer = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { answer, ms: performance.now() - begin, cpu_ms: (user + system) / 1000 };
}

const balancedText = (result) =>
  result.balanced ? `a balanced plan within ${result.balanced.gap_frac.toExponential(1)} of the bound` : 'no balanced plan found';

for (const { squares_frac, sizes } of [
  { squares_frac: 1, sizes: [1_000, 9_600, 90_500, 266_000] },
  { squares_frac: 0, sizes: [1_000, 9_600, 90_500] },
]) {
  const costs = squares_frac > 0 ? 'quadratic' : 'linear';
  for (const nets_count of sizes) {
    const { answer: problem, ms: made_ms } = await timed(() => randomNetwork({ nets_count, seed: 1, squares_frac }, sharedMemory()));
    const values_count = problem.terminals_count * problem.steps_count;
    if (values_count > largest) break;
    let iterated_ms = 0;
    const begin = performance.now();
    const services = {
      onProgress() {
        iterated_ms = performance.now() - begin;
      },
    };
    const { answer: result, ms, cpu_ms } = await timed(() => negotiateInThreads(problem, cohortDefaults, threads_count, services));
    const iteration_ms = iterated_ms / result.iterations_count;
    say(
      `cohorts: ${(values_count / 1e6).toPrecision(3)} M values, ${costs} costs, ${threads_count} threads`,
      ms,
      'none',
      undefined,
      [
        `${result.status} after ${result.iterations_count} iterations`,
        `${iteration_ms.toPrecision(3)} ms each, ${((1e6 * iteration_ms) / values_count).toFixed(1)} ns per value`,
        `cpu ${(cpu_ms / 1000).toFixed(1)} s`,
        balancedText(result),
        `imbalance before worth ${(result.imbalance_cur / result.cost_cur).toExponential(1)}`,
        `resident ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
        `network made in ${Math.round(made_ms)} ms`,
      ].join('; '),
      { costs, values_count, iterations_count: result.iterations_count, iteration_ms, ours_ms: ms, threads_count },
    );
  }
}

const writeProgram = (name, program, peers) =>
  writeQuadraticProgram(join(cache, `${name}.json`), program, { repeats: 1, tolerance: 1e-6, peers });

const solverNamed = (name) => catalog.solvers.find((solver) => solver.name === name).prepare();
const off = (value, optimum) => ((value - optimum) / Math.abs(optimum)).toExponential(1);

/** The least of three runs where they are short: the first one pays for compiling. */
async function timedOften(values_count, run) {
  let best = await timed(run);
  for (let k = 1; k < 3 && values_count < 5e4; k++) {
    const next = await timed(run);
    if (next.ms < best.ms) best = next;
  }
  return best;
}

// from 10³ values on, so that the picture shows where the lines cross
const centralSizes = [10, 20, 50, 100, 200, 400, 800, 3200];
for (const { squares_frac, tolerance_frac, own } of [
  { squares_frac: 1, tolerance_frac: 1e-4, own: 'interior-point' },
  { squares_frac: 0, tolerance_frac: 1e-3, own: 'highs' },
]) {
  const solver = await solverNamed(own);
  const law = squares_frac > 0 ? 'quadratic' : 'linear';
  for (const nets_count of centralSizes) {
    const { terminals_count, steps_count } = randomNetwork({ nets_count, seed: 1, squares_frac });
    const values_count = terminals_count * steps_count;
    if (values_count > largest) break;
    const problem = randomNetwork({ nets_count, seed: 1, squares_frac }, kernelMemory());
    const { answer: result, ms } = await timedOften(values_count, () => negotiateCohorts(problem, { ...cohortDefaults, tolerance_frac }));
    const { program } = centralProgram(problem);
    const central = await timedOften(values_count, () =>
      solver.solve(program, { tolerance_frac: 1e-6, timeLimit_s: 60, clock_s: () => performance.now() / 1000 }),
    );
    const solution = central.answer;
    const ours = { costs: law, values_count, ours_ms: ms, threads_count: 1 };
    const note = (status, objective) =>
      `${program.cost.length} columns; ours ${result.status}, ${result.iterations_count} iterations, cost off by ${off(result.cost_cur, objective)}, ` +
      `bound off by ${off(result.bound_cur, objective)}; peer ${status}`;
    const name = `cohorts: ${nets_count} nets, ${law} costs, 1 thread`;
    const hasAgreed = result.status === 'agreed';
    const isSolved = solution.status === 'optimal';
    const title = own === 'highs' ? 'HiGHS, WebAssembly' : 'interior point';
    say(
      name,
      ms,
      title,
      hasAgreed && isSolved ? central.ms : undefined,
      isSolved ? note('optimal', solution.objective) : `no ratio: ${solution.status}`,
      isSolved ? { ...ours, peer: title, peer_ms: central.ms } : ours,
    );
    for (const { peer, ms: peer_ms, objective, status } of askPeer(
      'qp.py',
      // Clarabel takes about three minutes at the last size
      writeProgram(`cohorts-${law}-${nets_count}`, program, nets_count > 1000 ? ['highs'] : ['clarabel', 'highs']),
    ) ?? []) {
      const solved = /^(solved|optimal)$/i.test(status);
      say(
        name,
        ms,
        peer,
        hasAgreed && solved ? peer_ms : undefined,
        solved ? note(status, objective) : `no ratio after ${peer_ms.toFixed(0)} ms: ${status}`,
        solved ? { ...ours, peer: /^HiGHS/.test(peer) ? 'HiGHS, native' : peer.split(' ')[0], peer_ms } : ours,
      );
    }
  }
}
