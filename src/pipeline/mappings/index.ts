/**
 * Mappings: what is made of an event for a destination, as JSON that people build and programs store.
 * Start at README.md, the language by example; compile-mapping.ts runs it, directives.ts lists its words.
 * Pure: no IO, no clock, usable in a browser.
 */
export { type CompiledMapping, compileMapping } from './compile-mapping.ts'
export { explainMapping, type MappingExplanation } from './explain-mapping.ts'
export { MappingError, type MappingProblem } from './mapping.ts'
export { mappingWarnings, pathsRead } from './paths-read.ts'
export { validateMapping } from './validate-mapping.ts'
