import type { Json } from './json.ts'

/**
 * Why a condition passed or did not, as a tree. Errors, the API (`?explain=true`), the CLI and the
 * console read this one shape. Production paths build it for refusals alone.
 */
export type Explain = {
  what: string
  passed: boolean
  expected?: Json
  actual?: Json
  message?: string
  parts?: Explain[]
}
