const NEEDS_QUOTES = /[",\r\n]/

/** A line of a CSV file; objects are written as JSON. */
export const toCsvLine = (cells: readonly unknown[]): string => `${cells.map(toCell).join(',')}\r\n`

function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
