import { readFile } from 'node:fs/promises'
import type { Json, JsonObject } from '../kernel/json.ts'
import { CliError, EXIT } from './exit-codes.ts'

const usage = (message: string, hint?: string): CliError =>
  new CliError(EXIT.usage, message, hint === undefined ? {} : { hint })

/** A value on the command line: JSON where it reads as JSON, else the text itself. */
function toValue(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** Names that would reach into the prototype of an object instead of its own members. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** `["total=64.5","address.city=Rome"]` as `{total: 64.5, address: {city: "Rome"}}`. */
export function parseAssignments(assignments: readonly string[]): JsonObject {
  const result: JsonObject = {}
  for (const assignment of assignments) {
    const at = assignment.indexOf('=')
    if (at < 1)
      throw usage(`--set ${assignment}: expected <path>=<value>`, 'for example --set total=64.5')
    const path = assignment.slice(0, at).split('.')
    if (path.some((name) => name === '' || FORBIDDEN.has(name)))
      throw usage(`--set ${assignment}: ${path.join('.')} is not a path`)
    setAt(result, path, toValue(assignment.slice(at + 1)))
  }
  return result
}

function setAt(target: JsonObject, path: readonly string[], value: Json): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    target[name] = value
    return
  }
  const inner = target[name]
  const next: JsonObject =
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {}
  target[name] = next as Json
  setAt(next, rest, value)
}

/** A whole number of minor units (cents). */
export function parseMinor(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw usage(`${option} ${text}: expected an amount in cents, such as 2500 for 25.00`)
  return value
}

/** Reads a JSON object from a file, `-` for standard input. */
export async function readJsonFile(path: string): Promise<JsonObject> {
  const text = await readText(path).catch(() => {
    throw usage(`cannot read ${path}`)
  })
  try {
    const value = JSON.parse(text) as Json
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Told below, like any other text that is not an object.
  }
  throw usage(`${path} does not hold a JSON object`)
}

async function readText(path: string): Promise<string> {
  if (path !== '-') return readFile(path, 'utf8')
  let text = ''
  for await (const chunk of process.stdin) text += String(chunk)
  return text
}
