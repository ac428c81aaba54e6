// What a thread of somebody's own does with the compiled core: reads a programme, solves it, and looks at a shared flag.
import { parentPort, workerData } from 'node:worker_threads';
import { catalog, readProgram } from '../../packages/core/dist/index.js';

const { solver: name, text, stop } = workerData;
const { program } = readProgram(text, { fileName: 'a.lp', format: 'lp' }, catalog.programs);
const solver = await catalog.solvers.find((each) => each.name === name).prepare();
const flag = new Int32Array(stop);
parentPort.postMessage('solving');
const { status, x, objective, bound } = solver.solve(program, { shouldStop: () => Atomics.load(flag, 0) !== 0 });
parentPort.postMessage({ status, x, objective, bound });
