/*
 * Money as people read it. Amounts travel as integer quota; this file alone turns quota into
 * dollars and back, with integer arithmetic, so that no figure on screen differs from the ledger.
 */

const MICRO = 1_000_000n;

/** Returns the amount in millionths of a dollar, rounded half away from zero. */
function toMicro(quota: number, perUnit: number): bigint {
  const unit = BigInt(Math.max(1, Math.trunc(perUnit)));
  const scaled = BigInt(Math.trunc(quota)) * MICRO;
  const half = unit / 2n;
  return scaled >= 0n ? (scaled + half) / unit : (scaled - half) / unit;
}

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function render(micro: bigint, minDigits: number, maxDigits: number): string {
  const step = 10n ** BigInt(6 - maxDigits);
  const size = micro < 0n ? -micro : micro;
  const rounded = ((size + step / 2n) / step) * step;
  const whole = rounded / MICRO;
  const fraction = (rounded % MICRO).toString().padStart(6, "0").slice(0, maxDigits);
  const kept = fraction.replace(/0+$/, "").padEnd(minDigits, "0");
  const sign = micro < 0n && rounded > 0n ? "-" : "";
  return `${sign}$${group(whole.toString())}${kept ? `.${kept}` : ""}`;
}

/** Returns the exact amount: at least two digits after the point, at most six. */
export function formatMoney(quota: number, perUnit: number): string {
  return render(toMicro(quota, perUnit), 2, 6);
}

/** Returns a short amount for tiles and axes: cents from one dollar up, all six digits below. */
export function formatMoneyShort(quota: number, perUnit: number): string {
  const micro = toMicro(quota, perUnit);
  const small = micro < MICRO && micro > -MICRO;
  return small ? render(micro, 2, 6) : render(micro, 2, 2);
}

/**
 * Reads dollars as typed ("12", "0.5", "$1,200.25") into integer quota, rounded half away from
 * zero; null when the text is not an amount or does not fit a safe integer.
 */
export function parseMoney(text: string, perUnit: number): number | null {
  const match = /^(-?)\$?(\d{1,15})(?:\.(\d{0,12}))?$/.exec(text.trim().replaceAll(",", ""));
  if (!match) return null;
  const fraction = match[3] ?? "";
  const scale = 10n ** BigInt(fraction.length);
  const amount = BigInt(`${match[2] ?? "0"}${fraction}`) * BigInt(Math.trunc(perUnit));
  const quota = Number((amount + scale / 2n) / scale);
  if (!Number.isSafeInteger(quota)) return null;
  return match[1] && quota !== 0 ? -quota : quota;
}

/** Returns quota as the plain dollars of an input field ("12.5"), without sign or grouping. */
export function moneyInput(quota: number, perUnit: number): string {
  return formatMoney(quota, perUnit).replaceAll(/[$,]/g, "").replace(/\.00$/, "");
}
