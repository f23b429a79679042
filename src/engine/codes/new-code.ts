import { randomInt } from 'node:crypto'
import { type CodeConfig, fillPattern } from './code-config.ts'

/** A random code of the form `config` describes, every one equally likely and none to be foreseen. */
export const newCode = (config: CodeConfig): string => fillPattern(config, (n) => randomInt(n))
