import { STATUS_CODES } from 'node:http'
import { NetworkError, type Send } from '../../platform/http/index.ts'
import { checkSettings } from './check-settings.ts'
import type {
  DestinationDefinition,
  Performed,
  RequestDecision,
  Settings,
  TestVerdict,
} from './definition.ts'

export type ConnectionTest = {
  /** Null when this kind of destination has nothing to test. */
  ok: boolean | null
  /** The status of the answer; null when none came. */
  status: number | null
  /** What is wrong, or why there is nothing to test; null when the test passed. */
  message: string | null
}

const NOTHING_TO_TEST: ConnectionTest = {
  ok: null,
  status: null,
  message:
    'There is nothing to test: the settings do not say where calls are sent, the mappings do',
}

/** Finds out whether the other side takes calls with these settings (§6.10, §12.2.4). Never throws for what it finds. */
export async function testConnection(
  send: Send,
  definition: DestinationDefinition,
  settings: Settings,
): Promise<ConnectionTest> {
  if (definition.testAuthentication)
    return toConnectionTest(await definition.testAuthentication(send, settings))
  const request = toTestRequest(definition, settings)
  if (request === undefined) return NOTHING_TO_TEST
  if ('reason' in request) return { ok: false, status: null, message: request.message }
  try {
    const { status } = await send(request)
    const verdict = definition.readTestAnswer?.(status, settings) ?? commonVerdict(status)
    return { ok: verdict === 'works', status, message: complaintOf(verdict, status) }
  } catch (error) {
    if (error instanceof NetworkError) return { ok: false, status: null, message: error.message }
    throw error
  }
}

/** What a definition found out by itself. */
function toConnectionTest(performed: Performed | undefined): ConnectionTest {
  if (!performed)
    return { ok: null, status: null, message: 'This kind of destination has no test of its own' }
  if (performed.kind !== 'answer') return { ok: false, status: null, message: performed.message }
  const { status, message } = performed
  const ok = commonVerdict(status) === 'works'
  return { ok, status, message: ok ? null : `Credentials are invalid: ${message}` }
}

/** Settings that are not valid are told where nothing can be sent, too. */
function toTestRequest(
  definition: DestinationDefinition,
  settings: Settings,
): RequestDecision | undefined {
  if (definition.toTestRequest) return definition.toTestRequest(settings)
  const checked = checkSettings(definition, settings)
  return checked.ok ? undefined : { reason: checked.reason, message: checked.message }
}

/** Only 401 and 403 say that the keys are wrong; any other answer may mean the address is. */
function commonVerdict(status: number): TestVerdict {
  if (status >= 200 && status < 300) return 'works'
  return status === 401 || status === 403 ? 'wrong_credentials' : 'wrong_address'
}

function complaintOf(verdict: TestVerdict, status: number): string | null {
  const answer = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
  if (verdict === 'works') return null
  return verdict === 'wrong_credentials'
    ? `Credentials are invalid: ${answer}`
    : `The address does not take calls of this destination: ${answer}`
}
