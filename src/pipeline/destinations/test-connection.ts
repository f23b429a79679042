import { STATUS_CODES } from 'node:http'
import { NetworkError, type Send } from '../../platform/http/index.ts'
import type { DestinationDefinition, Settings } from './definition.ts'

export type ConnectionTest = {
  ok: boolean
  /** The status of the answer; null when none came. */
  status: number | null
  /** What is wrong, and null when nothing is. */
  message: string | null
}

/** Finds out whether the other side takes calls with these settings (§6.10, §12.2.4). Never throws for what it finds. */
export async function testConnection(
  send: Send,
  definition: DestinationDefinition,
  settings: Settings,
): Promise<ConnectionTest> {
  const request = definition.toTestRequest(settings)
  if ('reason' in request) return { ok: false, status: null, message: request.message }
  try {
    const { status } = await send(request)
    const ok = status >= 200 && status < 300
    return { ok, status, message: ok ? null : complaintOf(status) }
  } catch (error) {
    if (error instanceof NetworkError) return { ok: false, status: null, message: error.message }
    throw error
  }
}

/** Only 401 and 403 say that the keys are wrong; any other answer may mean the address is. */
function complaintOf(status: number): string {
  const answer = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
  return status === 401 || status === 403
    ? `Credentials are invalid: ${answer}`
    : `The address does not take calls of this destination: ${answer}`
}
