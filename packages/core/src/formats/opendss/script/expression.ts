const degrees = Math.PI / 180;

const unary: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  sqr: (x) => x * x,
  sin: (x) => Math.sin(x * degrees),
  cos: (x) => Math.cos(x * degrees),
  tan: (x) => Math.tan(x * degrees),
  asin: (x) => Math.asin(x) / degrees,
  acos: (x) => Math.acos(x) / degrees,
  atan: (x) => Math.atan(x) / degrees,
  ln: Math.log,
  log10: Math.log10,
  exp: Math.exp,
  inv: (x) => 1 / x,
};

const binary: Readonly<Record<string, (y: number, x: number) => number>> = {
  '+': (y, x) => y + x,
  '-': (y, x) => y - x,
  '*': (y, x) => y * x,
  '/': (y, x) => y / x,
  '^': (y, x) => y ** x,
  atan2: (y, x) => Math.atan2(y, x) / degrees,
};

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A plain number as OpenDSS writes it, or undefined. */
export function plainNumber(text: string): number | undefined {
  return number.test(text) ? Number(text) : undefined;
}

/**
 * Value of an expression in reverse Polish notation: `0.4 3 sqrt /` is 0.4/√3. Angles in degrees. Undefined when it is none: an
 * unknown word, an operator without operands, or numbers that no operator takes.
 */
export function expressionValue(text: string): number | undefined {
  const stack: number[] = [];
  for (const word of text.toLowerCase().split(/[\s,]+/)) {
    if (word === '') continue;
    const value = plainNumber(word);
    const depth = stack.length;
    if (value !== undefined) stack.push(value);
    else if (word === 'pi') stack.push(Math.PI);
    else if (Object.hasOwn(unary, word) && depth >= 1) stack.push(unary[word](stack.pop()!));
    else if (Object.hasOwn(binary, word) && depth >= 2) {
      const x = stack.pop()!;
      stack.push(binary[word](stack.pop()!, x));
    } else if (word === 'swap' && depth >= 2) stack.push(...stack.splice(depth - 2, 2).reverse());
    else if (word === 'rollup' && depth >= 1) stack.unshift(stack.pop()!);
    else if (word === 'rolldn' && depth >= 1) stack.push(stack.shift()!);
    else return undefined;
  }
  return stack.length === 1 ? stack[0] : undefined;
}
