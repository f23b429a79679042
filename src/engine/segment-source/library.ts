import { createRequire } from 'node:module'

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string }

/** How our calls introduce themselves (engine-programs §17.3). */
export const LIBRARY = { name: 'promoloop', version } as const
