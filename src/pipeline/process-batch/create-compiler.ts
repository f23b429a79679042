import { type DeliverableDestination, findDefinition } from '../destinations/index.ts'
import { type CompiledDestination, compileDestination } from './compile-destination.ts'

/** Compiles destinations, each once until something of it changes. */
export type Compiler = (
  destinations: readonly DeliverableDestination[],
) => Map<string, CompiledDestination>

/** A compiler that remembers what it compiled for the destinations of its last call, by id. */
export function createCompiler(): Compiler {
  let known = new Map<string, CompiledDestination>()
  return (destinations) => {
    const compiled = new Map<string, CompiledDestination>()
    for (const destination of destinations) {
      const earlier = known.get(destination.id)
      const definition = findDefinition(destination.definition)
      if (earlier?.version === destination.version) compiled.set(destination.id, earlier)
      else if (definition) compiled.set(destination.id, compileDestination(destination, definition))
    }
    known = compiled
    return compiled
  }
}
