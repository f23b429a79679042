const SEPARATOR = '\u001e'
const NULL = '\u001f'

/**
 * `values` as the text that the functions `json_list` and `jsonb_list` of the database make an array of; null and
 * undefined are its NULL. The signs between them stand in no JSON text but escaped.
 */
export const toJsonList = (values: readonly unknown[]): string =>
  values
    .map((value) => (value === null || value === undefined ? NULL : JSON.stringify(value)))
    .join(SEPARATOR)
