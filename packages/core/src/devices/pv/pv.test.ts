import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { pv } from './declare.ts';

deviceConformance(pv, {
  variants: [
    { s_max_kVA: 0 },
    { pf_min_frac: 0.9, p_available_kW: [...new Array(12).fill(0), ...Array.from({ length: 12 }, (_, k) => 14 * k)] },
  ],
});
