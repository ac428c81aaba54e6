import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { randomStream } from '../base/random.ts';
import { unitOfName } from '../base/units.ts';
import { simulate } from '../simulation/simulate.ts';
import type { PlantKind, PlantModel } from './contract.ts';

/** What every kind of plant promises. Each member's test calls this, and `describePlant` of simulation/conformance.ts for its equations. */
export function describePlantKind<S extends z.ZodObject>(kind: PlantKind<S>): void {
  const build = (): PlantModel => kind.build(kind.schema.parse(kind.example), { stream: randomStream(1, kind.name) });

  describe(`plant ${kind.name} keeps the contract`, () => {
    it('says what it is, and has keys with units', () => {
      expect(kind.title.length).toBeGreaterThan(10);
      const unitless = Object.entries(kind.example).filter(([key, value]) => typeof value === 'number' && unitOfName(key) === undefined);
      expect(unitless).toEqual([]);
    });

    it('refuses a key that it does not know', () => {
      expect(kind.schema.safeParse({ ...kind.example, surely_unknown: 1 }).success).toBe(false);
    });

    it('has devices whose names begin inputs or outputs, and values with units', () => {
      const { plant, devices } = build();
      expect(new Set(devices.map(({ id }) => id)).size).toBe(devices.length);
      for (const { id, values } of devices) {
        expect(
          [...plant.inputs, ...plant.outputs].some((name) => name.startsWith(`${id}.`)),
          id,
        ).toBe(true);
        for (const [name, value] of Object.entries(values)) {
          expect(unitOfName(name), name).toBeDefined();
          expect(Number.isFinite(value), name).toBe(true);
        }
      }
    });

    it('has quantities of outputs that it has', () => {
      const { plant, quantities } = build();
      expect(quantities.length).toBeGreaterThan(0);
      expect(new Set(quantities.map(({ name }) => name)).size).toBe(quantities.length);
      for (const { name, lines, target } of quantities) {
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(lines.length).toBeGreaterThan(0);
        for (const { output } of lines) expect(plant.outputs).toContain(output);
        if (target !== undefined) expect(target.band).toBeGreaterThan(0);
      }
    });

    it('is built anew each time: the same bits again, whatever was done to the one before', () => {
      const [one, other] = [build(), build()];
      const first = simulate(one.plant, { stop_s: 0.05, record_s: 0.01, processes: one.processes?.() ?? [] });
      for (const name of one.plant.parameters) one.plant.change(name, one.plant.readParameter(name), first.x.slice());
      const second = simulate(other.plant, { stop_s: 0.05, record_s: 0.01, processes: other.processes?.() ?? [] });
      expect(second.values).toEqual(first.values);
    });
  });
}
