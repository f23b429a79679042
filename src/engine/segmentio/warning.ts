/**
 * Something a call said that was not stored or had no effect, although the call itself succeeded: Segment
 * never sends a refused call again, so a part that does not fit must not cost the rest (D-04, D-07).
 */
export type Warning = {
  key: 'metadata_not_stored' | 'birthdate_not_stored' | 'code_not_found'
  /** Where in the answered object it would have gone, such as `metadata.plan`. */
  property: string
  message: string
}

export const notStored = (
  key: 'metadata_not_stored' | 'birthdate_not_stored',
  property: string,
  reason: string,
): Warning => ({ key, property, message: `${property} was not stored: ${reason}` })

export const codeNotFound = (property: string, code: string): Warning => ({
  key: 'code_not_found',
  property,
  message: `${property} had no effect: there is no code ${code}`,
})
