/** A thread that solves windows of scenarios; started by commands/powerflow-scenarios.ts. */
import { serveChunks } from './chunk-worker.ts';
import { type ScenarioOrder, type ScenarioWindow, type WindowAnswer, WindowSolver } from './scenario-windows.ts';

serveChunks(
  (order: ScenarioOrder) => {
    const solver = new WindowSolver(order);
    return (window: ScenarioWindow) => solver.solve(window);
  },
  ({ voltages }: WindowAnswer) => (voltages === undefined ? [] : [voltages.buffer]),
);
