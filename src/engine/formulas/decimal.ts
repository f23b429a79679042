/** Significant digits that are kept: what lies behind is the noise of binary fractions. */
const SIGNIFICANT_DIGITS = 14

const withoutNoise = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS))

/** `value` × 10^`places`, moved in its decimal writing, so that 75.55 becomes 755.5 and not 755.4999…. */
export function shiftDecimal(value: number, places: number): number {
  const [digits = '0', exponent = '0'] = String(withoutNoise(value)).split('e')
  return Number(`${digits}e${Number(exponent) + places}`)
}

/** Rounds `value` to `places` decimals with `round` (R-FOR-05); negative places mean tens, hundreds …. */
export function roundTo(
  value: number,
  places: number,
  round: (value: number) => number = Math.round,
): number {
  return shiftDecimal(round(shiftDecimal(value, places)), -places)
}
