/** Exit codes of every command; docs/reference/cli.md lists them. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  configuration: 3,
  notAllowed: 4,
  notFound: 5,
  refused: 6,
  conflict: 7,
  rateLimited: 8,
  unreachable: 9,
  partlyFailed: 10,
  interrupted: 130,
} as const

/** A command that cannot go on. `message` says what happened, `hint` what to do next. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number
  readonly hint: string | undefined
  readonly body: unknown

  constructor(
    exitCode: number,
    message: string,
    { hint, body }: { hint?: string; body?: unknown } = {},
  ) {
    super(message)
    this.exitCode = exitCode
    this.hint = hint
    this.body = body
  }
}

const CODES_BY_STATUS: Record<number, number> = {
  400: EXIT.usage,
  401: EXIT.notAllowed,
  403: EXIT.notAllowed,
  404: EXIT.notFound,
  409: EXIT.conflict,
  422: EXIT.conflict,
  429: EXIT.rateLimited,
  503: EXIT.unreachable,
}

/** The keys of a 400 that mean a malformed request rather than a rule that said no. */
const USAGE_KEYS = new Set(['invalid_payload', 'invalid_query_params', 'page_over_limit'])
const CONFLICT_KEYS = new Set([
  'duplicate_source_id',
  'already_rolled_back',
  'voucher_already_published',
])

/** The exit code for an answer with `status` and error `key`. */
export function toExitCode(status: number, key: string | undefined): number {
  if (status === 400 && key !== undefined) {
    if (CONFLICT_KEYS.has(key)) return EXIT.conflict
    if (!USAGE_KEYS.has(key)) return EXIT.refused
  }
  return CODES_BY_STATUS[status] ?? EXIT.unexpected
}
