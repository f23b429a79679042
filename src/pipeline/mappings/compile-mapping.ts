import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { compileValue } from './compile-value.ts'
import { fails, inside, type Observer, type Resolve, type Scope } from './directives/directive.ts'
import { newWork, renew } from './directives/work.ts'
import { describeType, MappingError } from './mapping.ts'
import { expandRootDirective, ROOT_KEY } from './root-directive.ts'
import { listProblems, structureProblems, validateMapping } from './validate-mapping.ts'

/**
 * What a mapping makes of an event; throws `MappingError` when it cannot be resolved for it. Undefined when
 * the mapping is a single directive that finds nothing. The result may share parts with the event, and
 * its literals are frozen: read it, do not change it. The event is not changed.
 */
export type CompiledMapping = (event: JsonObject) => Json | undefined

/**
 * A mapping, compiled once to be run for many events. Throws `MappingError` with every problem of an
 * invalid one, a line each. Later changes of `mapping` have no effect.
 */
export function compileMapping(mapping: Json): CompiledMapping {
  const problems = validateMapping(mapping)
  if (problems.length > 0) throw new MappingError(listProblems(problems))
  return compileObserved(mapping, {})
}

/** The same without validation: what is wrong fails when an event comes to it. `observer` looks on. */
export function compileObserved(mapping: Json, observer: Observer): CompiledMapping {
  const work = newWork()
  const scope: Scope = {
    place: '',
    keepsUndefined: false,
    isPayloadRaw: false,
    origin: '',
    work,
    observer,
    compile: compileValue,
    compileWhole: compileChecked,
  }
  const problems = structureProblems(mapping)
  const resolve =
    isPlainObject(mapping) && problems.length === 0
      ? compileWhole(mapping, scope)
      : fails(scope, `is not valid: ${listProblems(problems)}`)
  return (event) => {
    if (!isPlainObject(event))
      throw new MappingError(`an event must be an object, not ${describeType(event)}`)
    renew(work)
    try {
      return resolve(event) as Json | undefined
    } catch (error) {
      throw toMappingError(error)
    }
  }
}

function compileChecked(mapping: Record<string, unknown>, scope: Scope): Resolve {
  const problems = validateMapping(mapping)
  return problems.length > 0
    ? fails(scope, `is not valid: ${listProblems(problems)}`)
    : compileWhole(mapping, scope)
}

function compileWhole(mapping: Record<string, unknown>, scope: Scope): Resolve {
  const whole = expandRootDirective(mapping)
  return 'problem' in whole
    ? fails(inside(scope, ROOT_KEY), whole.problem)
    : scope.compile(whole.mapping, scope)
}

/** What a directive could not foresee, such as a text too long for the machine, is its failure too. */
function toMappingError(error: unknown): MappingError {
  if (error instanceof MappingError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MappingError(message, { cause: error })
}
