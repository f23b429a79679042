import type { Authenticate } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'

const BASIC = /^Basic +(\S+)$/i
/** An application id, alone as Segment sends it, or with the colon and password of other clients. */
const USER = /^([\w-]+)(?::.*)?$/s

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/**
 * The credentials of Segment's destination (SI-1): base64 of the application id in `Authorization:
 * Basic`, base64 of its token in `secret-key`. Both are needed (SI-2).
 */
export const bySegmentKeys =
  ({ authentication }: Pick<EngineDeps, 'authentication'>): Authenticate =>
  async ({ headers }) => {
    const user = BASIC.exec(headers.authorization ?? '')?.[1] ?? ''
    const appId = USER.exec(fromBase64(user))?.[1]
    const secret = headers['secret-key']
    if (appId === undefined || typeof secret !== 'string') return undefined
    return authentication.findApplication(appId, fromBase64(secret))
  }
