/**
 * Shamir's sharing of a secret of 2·w bytes in the field GF(2^16): word by word, a polynomial of degree t − 1 whose value at 0 is the
 * secret; the share of place x is its value at x. Any t shares give the secret, fewer say nothing about it.
 *
 *   f(x) = s + a_1·x + … + a_{t−1}·x^{t−1},      s = Σ_i f(x_i)·Π_{j≠i} x_j / (x_j + x_i)        (plus is minus is exclusive or)
 *
 * @source Shamir, How to share a secret, Comm. ACM 22(11), 1979. Field: x^16 + x^12 + x^3 + x + 1, primitive, generator x.
 */
const order = 0xffff;
const [logarithm, power] = tables();

function tables(): [Uint16Array, Uint16Array] {
  const log = new Uint16Array(order + 1);
  const exp = new Uint16Array(2 * order);
  let x = 1;
  for (let i = 0; i < order; i++) {
    exp[i] = x;
    exp[i + order] = x;
    log[x] = i;
    x <<= 1;
    if (x > order) x ^= 0x1100b;
  }
  return [log, exp];
}

const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : power[logarithm[a] + logarithm[b]]);

/** Largest place that may hold a share. */
export const placeMax = order;

/**
 * @param random - as many random bytes as the secret has, for each of the t − 1 coefficients
 * @param places - whole numbers 1 … 65535, all different
 * @returns a share for each place
 */
export function shareSecret(secret: Uint8Array, threshold_count: number, places: readonly number[], random: Uint8Array): Uint8Array[] {
  const words_count = secret.length / 2;
  const constant = wordsOf(secret);
  const coefficients = wordsOf(random);
  return places.map((x) => {
    const share = new Uint8Array(secret.length);
    const logX = logarithm[x];
    for (let w = 0; w < words_count; w++) {
      let value = 0;
      for (let at = (threshold_count - 2) * words_count + w; at >= 0; at -= words_count) {
        value ^= coefficients[at];
        if (value !== 0) value = power[logarithm[value] + logX];
      }
      value ^= constant[w];
      share[2 * w] = value;
      share[2 * w + 1] = value >> 8;
    }
    return share;
  });
}

function wordsOf(bytes: Uint8Array): Uint16Array {
  const words = new Uint16Array(bytes.length >> 1);
  for (let k = 0; k < words.length; k++) words[k] = bytes[2 * k] | (bytes[2 * k + 1] << 8);
  return words;
}

/** The secret from shares of `threshold_count` different places. */
export function recoverSecret(places: readonly number[], shares: readonly Uint8Array[]): Uint8Array {
  const bytes_count = shares[0].length;
  const secret = new Uint8Array(bytes_count);
  for (let i = 0; i < places.length; i++) {
    let weightLog = 0;
    for (let j = 0; j < places.length; j++) {
      if (j !== i) weightLog = (weightLog + logarithm[places[j]] + order - logarithm[places[j] ^ places[i]]) % order;
    }
    const weight = power[weightLog];
    for (let w = 0; w < bytes_count; w += 2) {
      const part = times(shares[i][w] | (shares[i][w + 1] << 8), weight);
      secret[w] ^= part;
      secret[w + 1] ^= part >> 8;
    }
  }
  return secret;
}
