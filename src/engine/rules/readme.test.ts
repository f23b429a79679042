import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ITEM_ATTRIBUTES, RULE_ATTRIBUTES } from './attributes.ts'
import { parseRule } from './index.ts'
import { operatorNames } from './operators/index.ts'

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const PROSE = README.replace(/```[\s\S]*?```/g, '')
const words = new Set([...PROSE.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))
const withoutPeriod = (name: string): string => name.replace(/\.(daily|weekly|monthly)$/, '')

describe('README.md', () => {
  it('tells every name that conditions can have', () => {
    const names = [...RULE_ATTRIBUTES.keys(), ...ITEM_ATTRIBUTES.keys()].map(withoutPeriod)
    expect(names.filter((name) => !words.has(name))).toEqual([])
  })

  it('tells every operator, and none that there is not', () => {
    const operators = new Set([...operatorNames('any'), '$from'])
    const told = [...words].filter((word) => word.startsWith('$'))
    expect(told.sort()).toEqual([...operators].sort())
  })

  it('has an example that is a rule', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(README) ?? []
    expect(parseRule({ rules: JSON.parse(example) }).rules).toHaveProperty('logic', '1 or 2')
  })
})
