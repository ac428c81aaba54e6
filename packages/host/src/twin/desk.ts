import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { InputError, type LivePlant } from '@gridflock/core';

/**
 * Lets somebody change a plant and its agents by hand while they run: lines of `NAME VALUE`, such as `load1.scale_frac 1.3` or `dg2.gain_w_per_s 8`. A line
 * that makes no sense is answered, and nothing has changed.
 * @returns the way to stop listening
 */
export function openDesk(input: Readable, plant: LivePlant, answer: (text: string) => void): () => void {
  const lines = createInterface({ input });
  lines.on('line', (line) => {
    const words = line.trim().split(/[\s=]+/);
    if (words[0] === '') return;
    const [name = '', text = ''] = words;
    const value = Number(text);
    if (words.length !== 2 || text === '' || !Number.isFinite(value)) {
      answer(`not understood: write NAME VALUE, for example ${plant.names.find((each) => each.includes('scale')) ?? plant.names[0]} 1.3`);
      return;
    }
    try {
      plant.change(name, value);
      answer(`${name} = ${value}`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      answer(`${error.what}. ${error.hint ?? ''}`);
    }
  });
  return () => {
    lines.close();
    input.destroy();
  };
}
