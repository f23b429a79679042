/** A flag of a query string, where PHP writes true as 1 (trap 6 of the clients), or of a body. */
export const isTrue = (value: unknown): boolean =>
  value === true || value === 'true' || value === '1'
