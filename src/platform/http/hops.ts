/** Says how often the cause of a call has been through the loop (D-18). Whoever passes a call on may send it. */
export const HOPS_HEADER = 'promoloop-hops'

const HOPS_MAX = 1_000

/** The count in a header: 0 for none, undefined when the caller says nothing that can be read. */
export function readHops(text: string | undefined): number | undefined {
  return /^\d{1,4}$/.test(text ?? '') ? Math.min(Number(text), HOPS_MAX) : undefined
}
