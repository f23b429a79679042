/**
 * What happens to ingested events on their way to a destination.
 * Start at process-batch.ts, which knows the order of the stages; everything here is free of IO.
 */
export {
  type CompiledDestination,
  compileDestination,
  type RunnableMapping,
} from './compile-destination.ts'
export { type Compiler, createCompiler } from './create-compiler.ts'
export type { Batch } from './decide-batch.ts'
export { decideFilter, visibleEvent } from './decide-filter.ts'
export { hopsOf } from './decide-hop.ts'
export type { Fate, FilterReason } from './fate.ts'
export {
  decideCall,
  decideRequest,
  discardedReason,
  type ProcessedEvent,
  processBatch,
} from './process-batch.ts'
