import { describe, expect, it } from 'vitest'
import { decideIntegrations } from './decide-integrations.ts'

const NAME = 'Voucherify (Actions)'

describe('decideIntegrations', () => {
  it.each<[unknown, boolean]>([
    [undefined, true],
    [{}, true],
    [{ All: true }, true],
    [{ All: false }, false],
    [{ All: false, [NAME]: true }, true],
    [{ [NAME]: false }, false],
    [{ All: false, [NAME]: {} }, true],
    [{ All: false, [NAME]: { x: 1 } }, true],
    [{ All: false, 'voucherify (actions)': true }, false],
    [{ Mixpanel: false }, true],
    [{ Warehouses: { all: false } }, true],
    [{ Warehouses: { all: false, warehouseIds: ['w1'] } }, true],
    [{ All: false, Warehouses: { warehouseIds: ['w1'] } }, false],
    [{ All: false, Warehouses: { all: true } }, false],
    [{ All: true, Warehouses: { all: false } }, true],
    [{ All: false, 'Segment.io': true }, false],
  ])('answers %j as documented (§2.2)', (integrations, isSent) => {
    expect(decideIntegrations(integrations, NAME)).toBe(isSent)
  })

  it.each<[unknown, boolean]>([
    [{ [NAME]: 'false' }, true],
    [{ [NAME]: 0, All: false }, false],
    [{ [NAME]: null, All: false }, false],
    [{ All: 'false' }, true],
    [{ All: null }, true],
    ['All', true],
    [null, true],
    [[false], true],
    [JSON.parse('{"__proto__": {"All": false}}'), true],
  ])('falls back to All, and from there to sending, for %j (§2.1 rule 10)', (value, isSent) => {
    expect(decideIntegrations(value, NAME)).toBe(isSent)
  })
})
