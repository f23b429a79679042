import type { JsonObject } from '../kernel/json.ts'
import { CliError, EXIT } from './exit-codes.ts'

/** Writes one result to standard output: the API's own JSON with `--json`, else the lines for people. */
export function printResult(isJson: boolean, body: JsonObject, lines: () => string[]): void {
  process.stdout.write(`${isJson ? JSON.stringify(body) : lines().join('\n')}\n`)
}

/** Writes one element of a stream: a JSON object a line with `--json`. */
export const printLine = (isJson: boolean, body: JsonObject, line: () => string): void =>
  printResult(isJson, body, () => [line()])

/** Notes and progress: standard error, so that results can be piped. */
export const printNote = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** Names the failure on standard error and returns the exit code. */
export function printFailure(isJson: boolean, error: unknown): number {
  const exitCode = error instanceof CliError ? error.exitCode : EXIT.unexpected
  const message = error instanceof Error ? error.message : String(error)
  if (isJson) {
    const body = error instanceof CliError && error.body ? error.body : { message }
    printNote(JSON.stringify({ exit_code: exitCode, error: body }))
    return exitCode
  }
  printNote(`✕ ${message}`)
  if (error instanceof CliError && error.hint) printNote(`  ${error.hint}`)
  return exitCode
}

/** `1250` as `12.50`: every amount on the wire is in minor units. */
export const formatMinor = (minor: number): string => (minor / 100).toFixed(2)
