import type { FilterEvent } from './filter.ts'

/** The event of the table of §2.3. */
export const SPEC_EVENT: FilterEvent = {
  type: 'track',
  event: 'Coupon Applied',
  context: { library: { name: 'promo-sdk', version: '3.2' } },
  properties: { codes: ['SUMMER', 'VIP'], total: 12 },
}

export const REFUSED = 'refused'

/** The rows of the table of §2.3, by their number. */
export const SPEC_ROWS: readonly [row: number, filter: string, result: boolean | typeof REFUSED][] =
  [
    [1, "event = 'Coupon Applied'", true],
    [2, "context.app.name = 'x'", false],
    [3, "match( context.library.version, '3.*' )", true],
    [4, "type = 'track' and ( event = 'Nope' or match( event, 'Coupon *' ) )", true],
    [5, "!contains( context.library.name, 'promo' )", false],
    [6, "'VIP' in properties.codes", true],
    [7, 'length( properties.codes ) = 2 and properties.total > 10', true],
    [8, 'length( userId ) > 0', false],
    [9, 'userId = oops"', REFUSED],
  ]
