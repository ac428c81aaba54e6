import { PassThrough } from 'node:stream';
import { InputError } from '@gridflock/core';
import { expect, it } from 'vitest';
import { openDesk } from './desk.ts';

it('a desk changes what it understands, and answers what it does not', async () => {
  const input = new PassThrough();
  const changes: [string, number][] = [];
  const answers: string[] = [];
  const plant = {
    names: ['dg1.v_set_V', 'load1.scale_frac'],
    change(name: string, value: number) {
      if (!this.names.includes(name))
        throw new InputError({ code: 'SIMULATION_UNKNOWN_NAME', message: `"${name}" is no input`, hint: 'Look.' });
      changes.push([name, value]);
    },
  };
  const close = openDesk(input, plant, (text) => void answers.push(text));
  input.write('load1.scale_frac 1.3\n\n  dg1.v_set_V = 381.5 \nload1.scale_frac\nload1.scale_frac much\nload9.scale_frac 1\n');
  await expect.poll(() => answers.length).toBe(5);
  expect(changes).toEqual([
    ['load1.scale_frac', 1.3],
    ['dg1.v_set_V', 381.5],
  ]);
  expect(answers.slice(0, 2)).toEqual(['load1.scale_frac = 1.3', 'dg1.v_set_V = 381.5']);
  for (const answer of answers.slice(2, 4)) expect(answer).toContain('write NAME VALUE, for example load1.scale_frac 1.3');
  expect(answers[4]).toBe('"load9.scale_frac" is no input. Look.');
  close();
});
