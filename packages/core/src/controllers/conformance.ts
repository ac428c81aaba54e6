import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { unitOfName } from '../base/units.ts';
import type { ParamTable } from '../devices/contract.ts';
import { buildHeard, type Controller, type Heard, type LawPoint, type LawTangent, stepLaw } from './contract.ts';

/**
 * What every controller promises. Each member's test calls this.
 * @param options - `rest`: measurements at which nothing is wrong; default zero
 */
export function describeController<T extends ParamTable>(
  controller: Controller<T>,
  options: { readonly rest?: readonly number[] } = {},
): void {
  const stream = randomStream(11, controller.name);
  const law = controller.build(controller.example);
  const neighbours_count = 3;
  const width = law.says.length;
  const vector = (length: number, spread = 1): Float64Array => Float64Array.from({ length }, () => spread * stream.normal());
  const heardAround = (spread: number): Heard => ({
    weights: Float64Array.of(1, 0.5, 2),
    values: vector(neighbours_count * width, spread),
    own: vector(width, spread),
    ages_s: Float64Array.of(0.1, 0.2, 0.05, 0.3),
  });
  const point = (): LawPoint => ({ x: vector(law.states.length, 3), y: vector(law.measures.length, 10), heard: heardAround(10) });
  const results = (): LawTangent => ({
    rate: new Float64Array(law.states.length),
    commands: new Float64Array(law.commands.length),
    said: new Float64Array(width),
  });
  const evaluate = ({ x, y, heard }: LawPoint): LawTangent => {
    const out = results();
    law.rateInto(x, y, heard, out.rate);
    law.commandInto(x, y, out.commands);
    law.sayInto(x, y, out.said, heard);
    return out;
  };
  const moved = (at: LawPoint, along: LawPoint, step: number): LawPoint => ({
    x: at.x.map((v, i) => v + step * along.x[i]),
    y: at.y.map((v, i) => v + step * along.y[i]),
    heard: {
      ...at.heard,
      values: at.heard.values.map((v, i) => v + step * along.heard.values[i]),
      own: at.heard.own.map((v, i) => v + step * along.heard.own[i]),
    },
  });
  const parts = ['rate', 'commands', 'said'] as const;

  describe(`controller ${controller.name} keeps the contract`, () => {
    it('says what it is, with a theorem and an example of all its parameters', () => {
      expect(controller.title.length).toBeGreaterThan(10);
      expect(controller.theorem.length).toBeGreaterThan(30);
      expect(Object.keys(controller.example).sort()).toEqual(Object.keys(controller.params).sort());
      for (const [name, spec] of Object.entries(controller.params)) {
        expect(unitOfName(name), name).toBeDefined();
        expect(spec.about.length, name).toBeGreaterThan(5);
      }
      expect(controller.check?.(controller.example) ?? []).toEqual([]);
    });

    it('speeds up by parameters that it has, and keeps its states whatever they are', () => {
      const { speed = {}, leaders, params, example } = controller;
      for (const name of [...Object.keys(speed), ...(leaders === undefined ? [] : [leaders])]) expect(Object.keys(params)).toContain(name);
      const faster = { ...example };
      for (const [name, power] of Object.entries(speed))
        Object.assign(faster, { [name]: (example[name] as number) * 2 ** (power as number) });
      expect(controller.build(faster).states).toEqual(law.states);
    });

    it('has names with units', () => {
      for (const name of [...law.states, ...law.measures, ...law.commands, ...law.says]) expect(unitOfName(name), name).toBeDefined();
      expect(new Set(law.states).size).toBe(law.states.length);
    });

    it('has tangents that are the limit of differences', () => {
      for (let k = 0; k < 5; k++) {
        const at = point();
        const along: LawPoint = { ...point(), heard: { ...heardAround(1), ages_s: at.heard.ages_s } };
        const exact = results();
        law.tangentInto(at, along, exact);
        const h = 1e-4;
        const [up, down] = [evaluate(moved(at, along, h)), evaluate(moved(at, along, -h))];
        for (const part of parts) {
          exact[part].forEach((value, i) => {
            const near = (up[part][i] - down[part][i]) / (2 * h);
            expect(Math.abs(value - near), `${part} ${i}`).toBeLessThan(1e-6 * (1 + Math.abs(value)));
          });
        }
      }
    });

    it('is a pure step: the same again from the same, and no argument is written to', () => {
      const at = point();
      const kept = structuredClone(at);
      expect(evaluate(at)).toEqual(evaluate(at));
      expect(at).toEqual(kept);
    });

    it('has a step that tends to its rate', () => {
      const { x, y, heard } = point();
      const rate = new Float64Array(x.length);
      law.rateInto(x, y, heard, rate);
      for (const dt_s of [1e-4, 1e-6]) {
        const next = new Float64Array(x.length);
        stepLaw(law, x, y, heard, dt_s, next);
        next.forEach((value, i) => expect(Math.abs((value - x[i]) / dt_s - rate[i])).toBeLessThan(1e-2 * (1 + Math.abs(rate[i]))));
      }
    });

    it('takes over without moving what it commands, where it has a state for it', () => {
      const commands = Float64Array.from(law.commands, (name) => (name.endsWith('_V') ? 391 : 312));
      const x = new Float64Array(law.states.length);
      law.startInto(commands, x);
      if (law.states.length === 0) return;
      const again = new Float64Array(commands.length);
      law.commandInto(x, Float64Array.from(options.rest ?? law.measures.map(() => 0)), again);
      again.forEach((value, i) => expect(value).toBeCloseTo(commands[i], 10));
    });

    it('is not moved by neighbours of weight zero', () => {
      const { x, y } = point();
      const [alone, silent]: Heard[] = [buildHeard(0, width), { ...buildHeard(2, width), values: vector(2 * width, 1e6) }];
      const [one, other] = [alone, silent].map((heard) => evaluate({ x, y, heard }).rate);
      expect(one).toEqual(other);
    });
  });
}
