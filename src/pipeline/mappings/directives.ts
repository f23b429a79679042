import { choice, letterCase, literal } from './directives/choosing.ts'
import type { Directive } from './directives/directive.ts'
import { liquid } from './directives/liquid.ts'
import { arrayPath, transform } from './directives/nesting.ts'
import { excludeWhenNull, flatten, json, merge } from './directives/objects.ts'
import { path, template } from './directives/reading.ts'
import { replace } from './directives/replacing.ts'

/** Every word of the language (§3.3). Names are case sensitive. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map([
  ['@path', path],
  ['@template', template],
  ['@liquid', liquid],
  ['@literal', literal],
  ['@if', choice],
  ['@case', letterCase],
  ['@replace', replace],
  ['@json', json],
  ['@flatten', flatten],
  ['@merge', merge],
  ['@excludeWhenNull', excludeWhenNull],
  ['@arrayPath', arrayPath],
  ['@transform', transform],
])
