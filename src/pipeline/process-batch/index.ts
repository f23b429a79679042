/**
 * What happens to ingested events on their way to a destination.
 * Start at process-batch.ts, which knows the order of the stages; everything here is free of IO.
 */
export { type CompiledDestination, compileDestination } from './compile-destination.ts'
export { type Compiler, createCompiler } from './create-compiler.ts'
export { hopsOf } from './decide-hop.ts'
export type { Fate, FilterReason } from './fate.ts'
export {
  decideCall,
  decideFilter,
  decideRequest,
  type ProcessedEvent,
  processBatch,
} from './process-batch.ts'
