import { type Case, CombinationError, type Feeder, prepareThreePhase, type ThreePhaseOptions } from '@gridflock/core';
import type { Answer, CommandContext } from '../command.ts';
import { choice } from '../settings.ts';
import { solvedFeeder, threePhaseDocument, threePhaseFiles } from '../three-phase-document.ts';
import { threePhaseText } from '../three-phase-text.ts';

const modes = ['snapshot', 'daily', 'yearly', 'duty'] as const;
const controlChoices = ['on', 'off'] as const;

/** Power flow of a feeder conductor by conductor, once or over time. */
export async function powerflowFeeder(context: CommandContext, value: Case, feeder: Feeder): Promise<Answer> {
  const { options } = context;
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const controls = choice(text('controls') ?? 'on', '--controls', controlChoices) === 'on';
  const mode = choice(text('mode') ?? 'snapshot', '--mode', modes);
  const settings: ThreePhaseOptions = { controls };
  if (mode !== 'snapshot' || text('profiles') !== undefined) {
    throw new CombinationError({ code: 'POWERFLOW_METHOD_NOT_YET', message: 'over time' });
  }
  return snapshot(context, value, feeder, settings);
}

function snapshot({ style, width }: CommandContext, value: Case, feeder: Feeder, settings: ThreePhaseOptions): Answer {
  const started_ms = performance.now();
  const prepared = prepareThreePhase(feeder, settings);
  const result = prepared.solve();
  const time_ms = Math.round((performance.now() - started_ms) * 1000) / 1000;
  const solved = solvedFeeder(value, prepared, result);
  const document = threePhaseDocument(solved);
  return {
    document: { ...document, time_ms },
    text: threePhaseText(solved, document, time_ms, style, width),
    status: result.status === 'converged' ? 0 : 1,
    files: threePhaseFiles(document),
  };
}
