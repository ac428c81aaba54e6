import { InputError } from '../../base/errors.ts';
import { type ComplexMatrix, complexFrom, complexInverse, complexMatrix, kronReduced } from '../../linalg/complex-dense.ts';
import { type EarthModel, earthImpedance } from './earth-return.ts';
import type { Matrix } from './feeder.ts';
import { internalImpedance } from './skin-effect.ts';

/** Wires along a line, in metres: what impedance and capacitance per length follow from. */
export interface LineGeometry {
  readonly wires: readonly LineWire[];
  /** Resistivity of the ground; 100 when absent. */
  readonly earth_ohm_m?: number | undefined;
  /** How the current's way back through the ground is reckoned; `deri` when absent, as OpenDSS does. */
  readonly earthModel?: EarthModel | undefined;
}

export interface LineWire {
  /** Across the line. */
  readonly x_m: number;
  /** Above the ground; negative below. */
  readonly y_m: number;
  readonly r_ac_ohm_per_km: number;
  /** For the skin effect of `deri`; r_ac/1.02 when absent. */
  readonly r_dc_ohm_per_km?: number | undefined;
  /** Geometric mean radius; below 1 kHz it stands for the field inside. */
  readonly gmr_m: number;
  readonly radius_m: number;
  /** For capacitance, where it is not `radius_m` (bundles). */
  readonly radiusCapacitance_m?: number | undefined;
  readonly cable?: Cable | undefined;
}

/** Insulation and an earthed shield around a wire. The shield is always eliminated. */
export interface Cable {
  readonly insulation: {
    /** Over the insulation. */
    readonly outer_m: number;
    readonly thickness_m: number;
    readonly permittivity_frac: number;
  };
  readonly shield: ConcentricNeutral | TapeShield;
}

/** Strands around the cable. `circle_m`: diameter of the circle through their middles. */
export interface ConcentricNeutral {
  readonly kind: 'concentric';
  readonly strands_count: number;
  readonly circle_m: number;
  readonly rStrand_ohm_per_km: number;
  readonly gmrStrand_m: number;
}

/** Copper tape wound around the cable with an overlap. */
export interface TapeShield {
  readonly kind: 'tape';
  /** Over the tape. */
  readonly outer_m: number;
  readonly thickness_m: number;
  /** 0.2: a fifth of the tape lies over the turn before. */
  readonly overlap_frac: number;
}

/** Per kilometre, every wire with a row. @shape [n · n] */
export interface LineConstants {
  readonly n: number;
  readonly r_ohm_per_km: Matrix;
  readonly x_ohm_per_km: Matrix;
  readonly b_S_per_km: Matrix;
}

const mu0 = 4e-7 * Math.PI;
const epsilon0 = 8.8541878128e-12;
/** Resistivity of a copper tape at 50 °C, Ω·m, as in Kersting's 18.826/(inch · mil) Ω per mile. */
const copperTape = 2.3718e-8;

/**
 * Series impedance and capacitance of coupled wires over ground.
 *
 *   z_ii = r_i + jωμ₀/2π · ln(1/GMR_i) + z^e_ii,   z_ij = jωμ₀/2π · ln(1/D_ij) + z^e_ij,   z^e: `earthImpedance`
 *
 * Shields are wires of their own that are eliminated: a concentric neutral of k strands is a circle of radius R with GMR (gmr·k·R^(k−1))^(1/k) at distance R from its core and
 * (D^k − R^k)^(1/k) from others; a tape shield a tube with its radius as GMR. Capacitance: P_ii = ln(2h/r)/2πε₀, P_ij = ln(S_ij/D_ij)/2πε₀ above ground,
 * C = P⁻¹; in a cable 2πε/ln(r_out/r_in) to the shield. Bare wires below the ground have none.
 * @throws {InputError} LINE_GEOMETRY_INVALID
 * @source Kersting, Distribution System Modeling and Analysis (4th ed.), chapters 4 and 5
 */
export function lineConstants({ wires, earth_ohm_m = 100, earthModel = 'deri' }: LineGeometry, frequency_Hz: number): LineConstants {
  checkGeometry(wires, earth_ohm_m, frequency_Hz);
  const n = wires.length;
  const shielded = wires.flatMap(({ cable }, i) => (cable === undefined ? [] : [{ of: i, shield: shieldOf(cable.shield) }]));
  const z = complexMatrix(n + shielded.length);
  const perLog = 2 * Math.PI * frequency_Hz * (mu0 / (2 * Math.PI));
  const put = (i: number, j: number, re: number, distance_m: number, a: LineWire, b: LineWire): void => {
    const [rEarth, xEarth] = earthImpedance(earthModel, a, b, earth_ohm_m, frequency_Hz);
    for (const at of [i * z.cols + j, j * z.cols + i]) {
      z.re[at] = re + rEarth;
      z.im[at] = xEarth - perLog * Math.log(distance_m);
    }
  };
  wires.forEach((a, i) => {
    // per metre
    const [r, x] = internalImpedance(
      earthModel,
      a.r_ac_ohm_per_km / 1000,
      (a.r_dc_ohm_per_km ?? a.r_ac_ohm_per_km / 1.02) / 1000,
      frequency_Hz,
    );
    const isPowerFrequency = frequency_Hz < 1000;
    put(i, i, r, isPowerFrequency ? a.gmr_m : a.radius_m, a, a);
    if (!isPowerFrequency) z.im[i * z.cols + i] += x;
    for (let j = 0; j < i; j++) put(i, j, 0, distance(a, wires[j]), a, wires[j]);
  });
  shielded.forEach(({ of, shield }, k) => {
    const a = wires[of];
    put(n + k, n + k, shield.r_ohm_per_m, shield.gmr_m, a, a);
    wires.forEach((b, j) => put(n + k, j, 0, of === j ? shield.radius_m : shield.distanceTo(distance(a, b)), a, b));
    for (let j = 0; j < k; j++) put(n + k, n + j, 0, distance(a, wires[shielded[j].of]), a, wires[shielded[j].of]);
  });
  const reduced = kronReduced(z, n);
  return {
    n,
    r_ohm_per_km: Array.from(reduced.re, (value) => value * 1000),
    x_ohm_per_km: Array.from(reduced.im, (value) => value * 1000),
    b_S_per_km: susceptances(wires, 2 * Math.PI * frequency_Hz),
  };
}

/**
 * The first `kept` wires, the others earthed all along: impedances by Kron reduction, susceptances by leaving out.
 * @throws {InputError} LINE_GEOMETRY_INVALID
 */
export function reduceLineConstants({ n, r_ohm_per_km, x_ohm_per_km, b_S_per_km }: LineConstants, kept: number): LineConstants {
  if (!(Number.isInteger(kept) && kept > 0 && kept <= n)) {
    throw new InputError({
      code: 'LINE_GEOMETRY_INVALID',
      message: `A line of ${n} wires cannot be reduced to ${kept}`,
      hint: 'Keep at least one, and no more than there are.',
    });
  }
  const { re, im } = kronReduced(complexFrom(n, r_ohm_per_km, x_ohm_per_km), kept);
  return {
    n: kept,
    r_ohm_per_km: Array.from(re),
    x_ohm_per_km: Array.from(im),
    b_S_per_km: Array.from({ length: kept * kept }, (_, k) => b_S_per_km[Math.floor(k / kept) * n + (k % kept)]),
  };
}

interface Shield {
  readonly r_ohm_per_m: number;
  readonly gmr_m: number;
  readonly radius_m: number;
  distanceTo(centres_m: number): number;
}

function shieldOf(shield: ConcentricNeutral | TapeShield): Shield {
  if (shield.kind === 'concentric') {
    const k = shield.strands_count;
    const radius_m = shield.circle_m / 2;
    return {
      r_ohm_per_m: shield.rStrand_ohm_per_km / 1000 / k,
      gmr_m: (shield.gmrStrand_m * k * radius_m ** (k - 1)) ** (1 / k),
      radius_m,
      distanceTo: (centres_m) => (centres_m ** k - radius_m ** k) ** (1 / k),
    };
  }
  const { outer_m, thickness_m, overlap_frac } = shield;
  const radius_m = (outer_m - thickness_m) / 2;
  return {
    r_ohm_per_m: copperTape / (Math.PI * outer_m * thickness_m * Math.sqrt(0.5 / (1 - overlap_frac))),
    gmr_m: radius_m,
    radius_m,
    distanceTo: (centres_m) => centres_m,
  };
}

/** ω·C, per km. */
function susceptances(wires: readonly LineWire[], omega: number): number[] {
  const n = wires.length;
  const b = new Array<number>(n * n).fill(0);
  const aloft = wires.flatMap((wire, i) => (wire.cable === undefined && wire.y_m > 0 ? [i] : []));
  const p: ComplexMatrix = complexMatrix(aloft.length);
  aloft.forEach((i, row) => {
    aloft.forEach((j, col) => {
      const [a, c] = [wires[i], wires[j]];
      const image_m = Math.hypot(a.x_m - c.x_m, a.y_m + c.y_m);
      p.re[row * aloft.length + col] = Math.log(image_m / (i === j ? (a.radiusCapacitance_m ?? a.radius_m) : distance(a, c)));
    });
  });
  const c = complexInverse(p);
  if (c === undefined) throw badGeometry('Two wires lie in the same place', 'Move one.');
  aloft.forEach((i, row) =>
    aloft.forEach((j, col) => void (b[i * n + j] = 2 * Math.PI * epsilon0 * omega * 1000 * c.re[row * aloft.length + col])),
  );
  wires.forEach(({ cable }, i) => {
    if (cable === undefined) return;
    const { outer_m, thickness_m, permittivity_frac } = cable.insulation;
    b[i * n + i] = (2 * Math.PI * epsilon0 * permittivity_frac * omega * 1000) / Math.log(outer_m / (outer_m - 2 * thickness_m));
  });
  return b;
}

const distance = (a: LineWire, b: LineWire): number => Math.hypot(a.x_m - b.x_m, a.y_m - b.y_m);

function checkGeometry(wires: readonly LineWire[], earth_ohm_m: number, frequency_Hz: number): void {
  if (wires.length === 0) throw badGeometry('A line has no wires', 'Add one.');
  if (!(earth_ohm_m > 0)) throw badGeometry(`The ground has a resistivity of ${earth_ohm_m} ohm·m`, '100 is usual.');
  if (!(frequency_Hz > 0)) throw badGeometry(`The frequency is ${frequency_Hz} Hz`, 'Give 50 or 60.');
  wires.forEach((wire, i) => {
    const name = `Wire ${i + 1}`;
    if (!(wire.r_ac_ohm_per_km >= 0))
      throw badGeometry(`${name} has a resistance of ${wire.r_ac_ohm_per_km} ohm per km`, 'Give a number that is not negative.');
    if (!(wire.gmr_m > 0 && wire.radius_m > 0))
      throw badGeometry(`${name} has a radius of ${wire.radius_m} m and a mean radius of ${wire.gmr_m} m`, 'Both are positive.');
    if (!Number.isFinite(wire.x_m) || !Number.isFinite(wire.y_m) || wire.y_m === 0)
      throw badGeometry(`${name} lies at (${wire.x_m}, ${wire.y_m}) m`, 'It lies above or below the ground, not on it.');
    for (let j = 0; j < i; j++) {
      if (!(distance(wire, wires[j]) > 0)) throw badGeometry(`Wires ${j + 1} and ${i + 1} lie in the same place`, 'Move one.');
      const gmr_m = Math.max(wire.gmr_m, wires[j].gmr_m);
      if (distance(wire, wires[j]) <= gmr_m)
        throw badGeometry(
          `Wires ${j + 1} and ${i + 1} are closer together than their mean radius of ${gmr_m} m`,
          'Look at the units of radius and distance.',
        );
    }
    const { cable } = wire;
    if (cable === undefined) return;
    const { outer_m, thickness_m, permittivity_frac } = cable.insulation;
    if (!(thickness_m > 0 && outer_m > 2 * thickness_m && permittivity_frac >= 1)) {
      throw badGeometry(
        `${name} has an insulation ${thickness_m} m thick in ${outer_m} m with permittivity ${permittivity_frac}`,
        'It leaves room for the wire, and its permittivity is 1 or more.',
      );
    }
    checkShield(cable.shield, name);
  });
}

function checkShield(shield: ConcentricNeutral | TapeShield, name: string): void {
  if (shield.kind === 'concentric') {
    const { strands_count, circle_m, rStrand_ohm_per_km, gmrStrand_m } = shield;
    if (Number.isInteger(strands_count) && strands_count > 0 && circle_m > 0 && rStrand_ohm_per_km >= 0 && gmrStrand_m > 0) return;
    throw badGeometry(
      `${name} has ${strands_count} strands of ${rStrand_ohm_per_km} ohm per km and mean radius ${gmrStrand_m} m on a circle of ${circle_m} m`,
      'Strands are a whole number, and their circle and mean radius are positive.',
    );
  }
  const { outer_m, thickness_m, overlap_frac } = shield;
  if (thickness_m > 0 && outer_m > 2 * thickness_m && overlap_frac >= 0 && overlap_frac < 1) return;
  throw badGeometry(
    `${name} has a tape ${thickness_m} m thick in ${outer_m} m, overlapping by ${overlap_frac}`,
    'The tape leaves room for the cable, and less than all of it overlaps.',
  );
}

const badGeometry = (message: string, hint: string): InputError => new InputError({ code: 'LINE_GEOMETRY_INVALID', message, hint });
