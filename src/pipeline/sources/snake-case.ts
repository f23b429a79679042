/** What is clean already: lower case, digits, single underscores in between. */
const CLEAN_START = /^(?:[a-z0-9]|(?<!^)_(?=[a-z0-9]))*/
/** Capitals and digits begin a word, and lower case and digits go on with it. */
const WORD = /[A-Z0-9]+[a-z0-9]*|[a-z][a-z0-9]*/g

/**
 * The name as tables, columns and schemas carry it (pipeline §8.4): words in lower case joined by
 * underscores. Everything but ASCII letters and digits separates words, so the result may be empty. It has
 * the quirks of the reference: a run of capitals swallows the word behind it (`HTTPRequest` is
 * `httprequest`), and capitals go on with a start that ends in digits (`2FA` is `2fa`).
 */
export function toSnakeCase(name: string): string {
  const start = CLEAN_START.exec(name)?.[0] ?? ''
  const rest = name.slice(start.length)
  const words = (rest.match(WORD) ?? []).map((word) => word.toLowerCase())
  if (start === '' || words.length === 0) return start + words.join('_')
  const hasLetterInLastWord = /[a-z]/.test(start.slice(start.lastIndexOf('_') + 1))
  const separator = /^[A-Z]/.test(rest) && !hasLetterInLastWord ? '' : '_'
  return start + separator + words.join('_')
}
