import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'

const DEFAULT_CHARSET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DEFAULT_LENGTH = 8
const RANDOM_PLACE = '#'

/** How codes look, as a caller writes it (engine-core §4.2). */
export type CodeConfigInput = {
  length?: number | null
  charset?: string | null
  pattern?: string | null
  prefix?: string | null
  postfix?: string | null
}

export const CODE_CONFIG_SCHEMA = {
  type: ['object', 'null'],
  properties: {
    length: { type: ['integer', 'null'] },
    charset: { type: ['string', 'null'] },
    pattern: { type: ['string', 'null'] },
    prefix: { type: ['string', 'null'] },
    postfix: { type: ['string', 'null'] },
  },
}

/** Every `#` of `places` becomes one of `characters`; the others, prefix and postfix are literal. */
export type CodeConfig = {
  characters: readonly string[]
  /** `pattern` by its places, each `#` or a literal character. */
  places: readonly string[]
  prefix: string
  postfix: string
}

/**
 * Reads a code configuration; what is absent takes its default, a pattern wins over a length
 * (R-CODE-01). Throws `invalid_code_config` when no code, or none short enough, could come of it.
 */
export function parseCodeConfig(input: CodeConfigInput | null | undefined): CodeConfig {
  const { length, charset, pattern, prefix, postfix } = input ?? {}
  if (length !== undefined && length !== null && (length < 1 || length > LIMITS.codeLengthMax)) {
    throw invalid(`Property .length must be between 1 and ${LIMITS.codeLengthMax}`)
  }
  const config: CodeConfig = {
    characters: Array.from(charset ?? DEFAULT_CHARSET),
    places: Array.from(pattern || RANDOM_PLACE.repeat(length ?? DEFAULT_LENGTH)),
    prefix: prefix ?? '',
    postfix: postfix ?? '',
  }
  if (config.characters.length === 0) throw invalid('Property .charset must not be empty')
  // A character outside the basic plane takes two of the units that a length is counted in.
  const widest = Math.max(...config.characters.map((character) => character.length))
  const body = config.places.map((place) => (place === RANDOM_PLACE ? widest : place.length))
  const longest =
    config.prefix.length + body.reduce((sum, width) => sum + width, 0) + config.postfix.length
  if (longest > LIMITS.codeLengthMax) {
    throw invalid(`Codes must not be longer than ${LIMITS.codeLengthMax} characters`)
  }
  return config
}

/** How many random places codes of this form have. */
const countRandom = ({ places }: CodeConfig): number =>
  places.filter((place) => place === RANDOM_PLACE).length

/** How many different codes there are of this form. */
export const countCodes = (config: CodeConfig): number =>
  new Set(config.characters).size ** countRandom(config)

/** The configuration as it is answered; the length is that of the random part (R-CODE-01). */
export const toCodeConfigView = (config: CodeConfig) => ({
  length: countRandom(config),
  charset: config.characters.join(''),
  pattern: config.places.join(''),
  ...(config.prefix !== '' && { prefix: config.prefix }),
  ...(config.postfix !== '' && { postfix: config.postfix }),
})

/**
 * One code of the form `config` describes. `pickIndex(n)` chooses from 0 to n − 1; if it is uniform,
 * every code the pattern allows is equally likely.
 */
export function fillPattern(config: CodeConfig, pickIndex: (count: number) => number): string {
  const { characters, places, prefix, postfix } = config
  let code = prefix
  for (const place of places) {
    code += place === RANDOM_PLACE ? characters[pickIndex(characters.length)] : place
  }
  return code + postfix
}

const invalid = (details: string): ApiError => new ApiError('invalid_code_config', { details })
