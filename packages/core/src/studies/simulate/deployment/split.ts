import { EmulatedLinks } from '../../../agents/faults/emulated-links.ts';
import { checkAgents, readFaultScript } from '../../../agents/faults/read-script.ts';
import { CombinationError } from '../../../base/errors.ts';
import type { Catalog, StudyServices } from '../../contract.ts';
import type { SplitAgent, SplitStudy } from '../../deployment.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { ControllerEntry } from './schema.ts';
import { linkFaults, plantId, seatsOf, type TwinSeat, watchdogOf_s } from './seats.ts';

/** How often everybody shows that he is there. */
const beat_s = 0.5;

/** Splits a study into its plant and the agents that command it: a hardware-in-the-loop twin. */
export async function splitSimulation(document: unknown, catalog: Catalog, services: StudyServices): Promise<SplitStudy> {
  const prepared = prepare(document, catalog, services);
  const { title, live, seed } = prepared.document;
  checkSampled(prepared);
  const seats = seatsOf(prepared);
  const everybody = [plantId, ...seats.map(({ id }) => id)];
  const chosen = services.seed ?? seed;
  const further = readFaultScript(live.links, 'live.links');
  checkAgents(further, everybody, 'live.links');
  // said now, not by every process
  if (live.clock === 'wall') new EmulatedLinks(further, everybody, chosen, 'live.links');
  const links = [...linkFaults(prepared), ...further.faults];
  const study = { ...(document as Record<string, unknown>), seed: chosen };
  return {
    common: {
      gridflock: 'agents/1',
      study: 'simulate',
      title,
      beat_s,
      clock: live.clock,
      realTime_frac: live.realTime_frac,
      seed: chosen,
      everybody,
      links,
    },
    agents: [
      {
        id: plantId,
        party: plantId,
        isOwners: false,
        peers: everybody.slice(1),
        knows: 'the plant, what happens to it, and when',
        entry: { id: plantId, as: 'plant', study },
      },
      ...seats.map((seat) => splitSeat(seat, prepared)),
    ],
  };
}

function splitSeat(seat: TwinSeat, prepared: Prepared): SplitAgent {
  const { id, group, device, controller, values, neighbours } = seat;
  const { period_s, communication } = group;
  const stale_s = watchdogOf_s(seat, prepared);
  const { isDue } = controller.build(values as Readonly<Record<string, never>>);
  // whoever speaks at events only may be silent because nothing has changed
  const { forgetAfter_s = isDue === undefined ? stale_s : undefined } = communication;
  const entry: ControllerEntry = {
    id,
    as: 'controller',
    plant: plantId,
    controller: controller.name,
    parameters: values,
    neighbours: [...neighbours],
    period_s,
    stale_s,
    ...(forgetAfter_s === undefined ? {} : { forgetAfter_s }),
  };
  return {
    id,
    party: id,
    isOwners: true,
    peers: [plantId, ...neighbours.map((neighbour) => neighbour.id).filter((other) => other !== id)],
    knows: `its law (${controller.name}) and what it measures at ${device}`,
    entry: { ...entry },
  };
}

/** Only what acts now and then can be somewhere else. */
function checkSampled({ groups }: Prepared): void {
  const continuous = groups.findIndex(({ period_s }) => period_s === 0);
  if (groups.length > 0 && continuous < 0) return;
  throw new CombinationError({
    code: 'DEPLOY_NO_AGENTS',
    message:
      groups.length === 0
        ? 'The study has no group of agents that could run by themselves'
        : `"${groups[continuous].name}" acts in continuous time, which no process can`,
    where: groups.length === 0 ? 'control' : `control[${continuous}].period_s`,
    hint: 'Give every group a period_s above 0.',
  });
}
