/**
 * Prints how the document of our engine's API differs from the reference's: `npm run openapi:diff [path]`. The path,
 * or REFERENCE_OPENAPI, names the reference's document; it is no part of this repository. What is equal is not told.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toEngineDocument } from '../src/engine/openapi/index.ts'

type Schema = {
  $ref?: string
  properties?: Record<string, Schema>
  required?: string[]
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
}
type Parameter = { $ref?: string; name: string; in: string }
type Operation = {
  parameters?: Parameter[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  responses: Record<string, unknown>
}
type PathItem = { parameters?: Parameter[] } & Record<string, unknown>
type Document = {
  paths: Record<string, PathItem>
  components: { schemas: Record<string, Schema>; parameters?: Record<string, Parameter> }
}

/** What of an operation is compared, each part a set of names. */
type Facts = Record<'query' | 'body' | 'required in body' | 'success', Set<string>>

const METHODS = ['get', 'post', 'put', 'delete', 'patch']
const DEPTH_MAX = 8

/** The names of the members of a schema, whichever of its alternatives they are of; of a list, those of its items. */
function membersOf(
  document: Document,
  schema: Schema | undefined,
  pick: (schema: Schema) => string[],
  depth = 0,
): string[] {
  if (!schema || depth > DEPTH_MAX) return []
  const target = schema.$ref
    ? document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
    : undefined
  const { allOf = [], anyOf = [], oneOf = [], items } = schema
  return [target, ...allOf, ...anyOf, ...oneOf, items].reduce<string[]>(
    (names, part) => names.concat(membersOf(document, part, pick, depth + 1)),
    pick(schema),
  )
}

function toFacts(document: Document, operation: Operation, shared: Parameter[] = []): Facts {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((parameter) =>
    parameter.$ref
      ? document.components.parameters?.[parameter.$ref.split('/').at(-1) ?? '']
      : parameter,
  )
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  const names = (pick: (schema: Schema) => string[]) => new Set(membersOf(document, body, pick))
  return {
    query: new Set(
      // `created_at[before]` is a part of `created_at`.
      parameters.flatMap((one) => (one?.in === 'query' ? [one.name.replace(/\[.*/, '')] : [])),
    ),
    body: names(({ properties = {} }) => Object.keys(properties)),
    'required in body': names(({ required = [] }) => required),
    success: new Set(Object.keys(operation.responses).filter((status) => status.startsWith('2'))),
  }
}

/** Operations by method and path, whatever parameters are called. */
function toOperations(document: Document): Map<string, Facts> {
  return new Map(
    Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method): [string, Facts] => [
        `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`,
        toFacts(document, item[method] as Operation, item.parameters),
      ]),
    ),
  )
}

const minus = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] =>
  [...one].filter((name) => !other.has(name)).sort()

function compare(ours: Facts, theirs: Facts): string[] {
  return (Object.keys(ours) as (keyof Facts)[]).flatMap((part) => {
    const missing = minus(theirs[part], ours[part])
    const extra = minus(ours[part], theirs[part])
    return [
      ...(missing.length > 0 ? [`  ${part}, missing: ${missing.join(', ')}`] : []),
      ...(extra.length > 0 ? [`  ${part}, extra: ${extra.join(', ')}`] : []),
    ]
  })
}

function print(ours: Map<string, Facts>, theirs: Map<string, Facts>): void {
  const missing = [...theirs.keys()].filter((name) => !ours.has(name))
  const extra = [...ours.keys()].filter((name) => !theirs.has(name))
  console.log(`Operations that are missing (${missing.length}):`)
  for (const name of missing.sort()) console.log(`  ${name}`)
  console.log(`\nOperations that the reference does not have (${extra.length}):`)
  for (const name of extra.sort()) console.log(`  ${name}`)
  console.log('\nOperations that differ:')
  let differing = 0
  for (const [name, facts] of ours) {
    const reference = theirs.get(name)
    const lines = reference ? compare(facts, reference) : []
    if (lines.length > 0) differing += 1
    for (const line of lines.length > 0 ? [name, ...lines] : []) console.log(line)
  }
  const both = ours.size - extra.length
  console.log(
    `\n${both} operations in both, ${differing} of them differ; ${missing.length} missing, ${extra.length} extra`,
  )
}

const path =
  process.argv[2] ??
  process.env['REFERENCE_OPENAPI'] ??
  join(import.meta.dirname, '..', '..', 'shared', 'data', 'voucherify-openapi.json')
if (existsSync(path)) {
  const reference = JSON.parse(readFileSync(path, 'utf8')) as Document
  print(toOperations(toEngineDocument() as unknown as Document), toOperations(reference))
} else {
  console.error(`There is no document of the reference at ${path}: give its path.`)
  process.exitCode = 2
}
