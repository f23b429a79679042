import { VERSION } from '../../platform/package.ts'

/** How our calls introduce themselves (engine-programs §17.3). */
export const LIBRARY = { name: 'promoloop', version: VERSION } as const
