/* Prices as people compare them: US dollars for a million tokens, out of the family's ratios. Pure. */

const MILLION = 1_000_000;
const DIGITS = 6;

/** Returns the price of a million tokens at a ratio; a ratio of 1 is one quota a token. */
export function perMillion(ratio: number, unit: number): string {
  return dollars((ratio * MILLION) / Math.max(1, unit));
}

/** Returns dollars with at least two digits and at most six, "$2.50". */
export function dollars(amount: number): string {
  const fixed = amount.toFixed(DIGITS).replace(/0+$/, "");
  const [whole = "0", fraction = ""] = fixed.split(".");
  return `$${whole}.${fraction.padEnd(2, "0")}`;
}
