import type { FourNodeConnection } from '../../packages/core/src/networks/ieee4/four-node-feeder.ts';

/**
 * Voltages that the IEEE 4 Node Test Feeder document (revised 2006) prints for the step-down transformer: volts of a, b, c to earth on wye sides, of ab, bc,
 * ca on delta sides, at nodes 2, 3 and 4.
 */
export interface FourNodeVoltages {
  readonly connection: FourNodeConnection;
  readonly loading: 'balanced' | 'unbalanced';
  readonly v_V: Readonly<Record<'2' | '3' | '4', readonly [number, number, number]>>;
}

export const fourNodeVoltages: readonly FourNodeVoltages[] = [
  { connection: 'gry-gry', loading: 'balanced', v_V: { '2': [7107, 7140, 7121], '3': [2247.6, 2269, 2256], '4': [1918, 2061, 1981] } },
  { connection: 'gry-d', loading: 'balanced', v_V: { '2': [7113, 7132, 7123], '3': [3906, 3915, 3909], '4': [3437, 3497, 3388] } },
  { connection: 'y-d', loading: 'balanced', v_V: { '2': [7112, 7133, 7124], '3': [3906, 3915, 3909], '4': [3437, 3497, 3388] } },
  { connection: 'd-gry', loading: 'balanced', v_V: { '2': [12340, 12349, 12318], '3': [2249, 2263, 2259], '4': [1920, 2054, 1986] } },
  { connection: 'd-d', loading: 'balanced', v_V: { '2': [12339, 12349, 12321], '3': [3911, 3914, 3905], '4': [3442, 3497, 3384] } },
  { connection: 'open', loading: 'balanced', v_V: { '2': [6984, 7167, 7293], '3': [3701, 4076, 3572], '4': [3384, 3804.9, 3246] } },
  { connection: 'gry-gry', loading: 'unbalanced', v_V: { '2': [7164, 7110, 7082], '3': [2305, 2255, 2203], '4': [2175, 1930, 1833] } },
  { connection: 'gry-d', loading: 'unbalanced', v_V: { '2': [7113, 7144, 7111], '3': [3896, 3972, 3875], '4': [3425, 3646, 3298] } },
  { connection: 'y-d', loading: 'unbalanced', v_V: { '2': [7112, 7144, 7112], '3': [3896, 3972, 3874], '4': [3425, 3646, 3298] } },
  { connection: 'd-gry', loading: 'unbalanced', v_V: { '2': [12350, 12314, 12333], '3': [2290, 2261, 2214], '4': [2157, 1936, 1849] } },
  { connection: 'd-d', loading: 'unbalanced', v_V: { '2': [12341, 12370, 12302], '3': [3902, 3972, 3871], '4': [3431, 3647, 3294] } },
  { connection: 'open', loading: 'unbalanced', v_V: { '2': [6952, 7172, 7313], '3': [3632, 4121, 3450], '4': [3307, 3907, 3073] } },
];
