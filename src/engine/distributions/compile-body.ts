import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'

/** Makes the body of a message out of its envelope. */
export type CompiledBody = (envelope: JsonObject) => Json

/** What cannot be understood in a template: where, as `.items[0].name`, and why. */
export type BodyFault = { at: string; why: string }

const PATH = /^[\p{L}\p{N}_$-]+(\.[\p{L}\p{N}_$ -]+)*$/u
const PLACEHOLDER = /\{\{(.*?)\}\}/gs

/**
 * Understands a body with placeholders: `{{customer.name}}` is what `data` of the envelope has there, or the envelope
 * itself. A text that is nothing but one placeholder becomes the value as it is, null where there is none; in other texts
 * values are written out, and what is missing is left out.
 */
export function compileBody(template: JsonObject): CompiledBody | BodyFault {
  const fault = findFault(template as Json, '') ?? findExcess(template)
  if (fault) return fault
  return (envelope) => {
    const { data } = envelope
    return fill(template as Json, { ...envelope, ...(isPlainObject(data) && data) })
  }
}

function findFault(value: Json, at: string): BodyFault | undefined {
  if (typeof value === 'string') return findFaultOfText(value, at)
  if (typeof value !== 'object' || value === null) return undefined
  const members: [string, Json][] = Array.isArray(value)
    ? value.map((member, index) => [`[${index}]`, member])
    : Object.entries(value).map(([key, member]) => [`.${key}`, member])
  for (const [key, member] of members) {
    const fault = findFault(member, `${at}${key}`)
    if (fault) return fault
  }
  return undefined
}

function findExcess(template: JsonObject): BodyFault | undefined {
  const count = JSON.stringify(template).split('{{').length - 1
  if (count <= LIMITS.distributionPlaceholdersMax) return undefined
  return { at: '', why: `it has more than ${LIMITS.distributionPlaceholdersMax} placeholders` }
}

function findFaultOfText(text: string, at: string): BodyFault | undefined {
  for (const [whole, path = ''] of text.matchAll(PLACEHOLDER)) {
    if (!PATH.test(path.trim())) return { at, why: `'${whole}' should be a path in braces` }
  }
  const rest = text.replaceAll(PLACEHOLDER, '')
  return rest.includes('{{') ? { at, why: "'{{' should be closed by '}}'" } : undefined
}

type Context = JsonObject

function fill(value: Json, context: Context): Json {
  if (typeof value === 'string') return fillText(value, context)
  if (Array.isArray(value)) return value.map((member) => fill(member, context))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, fill(member, context)]),
  )
}

function fillText(text: string, context: Context): Json {
  const [only] = text.matchAll(PLACEHOLDER)
  if (only && only[0] === text) return lookUp(context, only[1] ?? '') ?? null
  return text.replaceAll(PLACEHOLDER, (_, path: string) => toText(lookUp(context, path)))
}

const toText = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function lookUp(context: Context, path: string): Json | undefined {
  let value: Json | undefined = context as Json
  for (const key of path.trim().split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as { [key: string]: Json })[key]
  }
  return value
}
