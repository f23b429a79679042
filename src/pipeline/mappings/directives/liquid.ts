import { Liquid, type Template } from 'liquidjs'
import { isPlainObject } from '../../../kernel/json.ts'
import { MAPPING_LIMITS, MappingError } from '../mapping.ts'
import { text } from './check.ts'
import { type Directive, fails, noteRead, type Scope } from './directive.ts'
import { spend } from './work.ts'

/** What is taken out of Liquid: loops, other templates, and filters over lists (§3.3, `@liquid`). */
const DISABLED_TAGS = ['case', 'for', 'include', 'layout', 'render', 'tablerow']
const DISABLED_FILTERS = (
  'array_to_sentence_string concat find find_exp find_index find_index_exp group_by group_by_exp has ' +
  'has_exp map newline_to_br reject reject_exp reverse sort sort_natural uniq where_exp type'
).split(' ')

let engine: Liquid | undefined

/** Made when a mapping first uses Liquid: most never do. */
function liquidEngine(): Liquid {
  engine ??= newEngine()
  return engine
}

function newEngine(): Liquid {
  const liquid = new Liquid({
    parseLimit: MAPPING_LIMITS.liquidCharsMax,
    renderLimit: MAPPING_LIMITS.liquidRenderMs,
    memoryLimit: MAPPING_LIMITS.liquidMemoryMax,
    ownPropertyOnly: true,
  })
  for (const name of DISABLED_TAGS)
    liquid.registerTag(name, { parse: refuse(`tag "${name}"`), render: refuse(`tag "${name}"`) })
  for (const name of DISABLED_FILTERS) liquid.registerFilter(name, refuse(`filter "${name}"`))
  return liquid
}

const refuse = (what: string) => (): never => {
  throw new Error(`${what} is disabled`)
}

/** `{"@liquid": "{{ properties.total | times: 100 }}"}`: a text in the Liquid language. */
export const liquid: Directive = {
  check: text,
  compile(argument, scope) {
    if (typeof argument !== 'string') return fails(scope, 'must be a string')
    if (argument.length > MAPPING_LIMITS.liquidCharsMax)
      return fails(scope, `must be a string of at most ${MAPPING_LIMITS.liquidCharsMax} characters`)
    const templates = parse(argument)
    if (typeof templates === 'string') return fails(scope, templates)
    noteVariables(argument, scope)
    const { work } = scope
    return (payload) => {
      const rendered = render(templates, payload, scope)
      spend(work, rendered.length)
      return rendered
    }
  },
}

function render(templates: Template[], payload: unknown, { place }: Scope): string {
  try {
    return String(liquidEngine().renderSync(templates, ownCopy(payload)))
  } catch (error) {
    throw new MappingError(`${place} ${messageOf(error)}`, { cause: error })
  }
}

/** The parsed template, or why it cannot be parsed. */
function parse(source: string): Template[] | string {
  try {
    return liquidEngine().parse(source)
  } catch (error) {
    return messageOf(error)
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Of a path with a step that is itself a variable, what comes before that step. */
function noteVariables(source: string, scope: Scope): void {
  if (!scope.observer.read) return
  for (const steps of liquidEngine().globalVariableSegmentsSync(source)) {
    const variable = steps.findIndex((step) => typeof step === 'object')
    const known = variable === -1 ? steps : steps.slice(0, variable)
    noteRead(scope, known.map(String))
  }
}

/** `{% increment %}` writes into what it is given, which must not be the event (D-11). */
function ownCopy(payload: unknown): object {
  if (Array.isArray(payload)) return [...payload]
  return (isPlainObject(payload) ? { ...payload } : payload) as object
}
