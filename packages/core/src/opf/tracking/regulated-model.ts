import type { Case, Network } from '../../network/network.ts';
import { buildOpfModel, type OpfModel } from '../model.ts';
import { pointOf } from './plan-check.ts';
import type { RegulatedFeeder, RegulatedStep } from './question.ts';

/**
 * The model of a feeder whose units are the point of common coupling and the resources, and the feeder on the power base of the model. The
 * voltage at the point of common coupling is held.
 * @param first - powers of the size that is to come: they decide the power base
 */
export function buildRegulatedModel(
  feeder: RegulatedFeeder,
  first: RegulatedStep,
): { readonly model: OpfModel; readonly feeder: RegulatedFeeder } {
  const unit = { p_kW: 0, q_kvar: 0, v_set_pu: 1, holdsVoltage: false, inService: true };
  const free = {
    p_min_kW: Number.NEGATIVE_INFINITY,
    p_max_kW: Number.POSITIVE_INFINITY,
    q_min_kvar: Number.NEGATIVE_INFINITY,
    q_max_kvar: Number.POSITIVE_INFINITY,
  };
  const resources = feeder.resources.map(({ id, bus }, d) => {
    const { p_min_kW, p_max_kW } = first.regions[d];
    return { ...unit, id, bus, p_min_kW, p_max_kW, q_min_kvar: 0, q_max_kvar: 0 };
  });
  const caseOf = (network: Network): Case => ({
    network,
    operatingPoint: {
      ...pointOf(feeder),
      p_kW: first.p_fixed_kW,
      q_kvar: first.q_fixed_kvar,
      generators: [{ ...unit, ...free, id: 'point of common coupling', bus: feeder.slack }, ...resources],
    },
    dropped: [],
    warnings: [],
  });
  const { s_base_kVA } = buildOpfModel(caseOf(feeder.network));
  const network = s_base_kVA === feeder.network.s_base_kVA ? feeder.network : rebased(feeder.network, s_base_kVA);
  const model = buildOpfModel(caseOf(network));
  const slack = model.busOf.indexOf(feeder.slack);
  model.v_min_pu[slack] = feeder.v_slack_pu;
  model.v_max_pu[slack] = feeder.v_slack_pu;
  return { model, feeder: { ...feeder, network } };
}

function rebased(network: Network, s_base_kVA: number): Network {
  const per = s_base_kVA / network.s_base_kVA;
  return {
    ...network,
    s_base_kVA,
    branches: network.branches.map((x) => ({ ...x, r_pu: x.r_pu * per, x_pu: x.x_pu * per, b_pu: x.b_pu / per })),
    shunts: network.shunts.map((x) => ({ ...x, g_pu: x.g_pu / per, b_pu: x.b_pu / per })),
  };
}
