import { newRequestId } from '../../kernel/ids.ts'
import type { Application } from '../../platform/auth/index.ts'
import { monotonicMs } from '../../platform/clock.ts'
import {
  type HttpRequest,
  type HttpResponse,
  type InProcessDoor,
  parseJsonBody,
  splitUrl,
  toErrorAnswer,
} from '../../platform/http/index.ts'
import type { Admit, Admitted, Answer } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import type { ProcessingPath, Take } from './create-take.ts'

type Visit = {
  route: ProcessingPath
  knock: Omit<Admitted, 'application'>
  text: string
  /** Of the answer. */
  headers: HttpResponse['headers']
  admitted: Promise<Application>
  beganMs: number
}

/**
 * The door of the paths of `take`. It does for each request, in the same order, what their routes do: let in by `admit`,
 * then the body, then `take`; and each counts in `/metrics` as a request to its route.
 */
export function createInProcessDoor(
  { log, metrics }: Pick<EngineDeps, 'log' | 'metrics'>,
  { admit, take }: { admit: Admit; take: Take },
): InProcessDoor {
  function begin({ method, url, headers: given, body }: HttpRequest): Visit {
    const route = splitUrl(url).path as ProcessingPath
    const knock = {
      ...{ id: newRequestId(), method, url: route, headers: inLowerCase(given) },
      routeOptions: { url: route },
    }
    const headers: HttpResponse['headers'] = {}
    const admitted = admit(knock, (name, value) => {
      headers[name] = String(value)
    })
    return { route, knock, text: body ?? '', headers, admitted, beganMs: monotonicMs() }
  }

  async function answerOf({ route, knock, text, admitted }: Visit): Promise<Answer> {
    try {
      const application = await admitted
      return await take(route, { ...knock, application, body: parseJsonBody(text) })
    } catch (error) {
      const { isFault, ...answer } = toErrorAnswer(error, knock.id)
      if (isFault) log.error({ err: error, method: knock.method, route }, 'request failed')
      return answer
    }
  }

  async function end(visit: Visit): Promise<HttpResponse> {
    const { status, body } = await answerOf(visit)
    const { headers, route, knock, beganMs } = visit
    const labels = { method: knock.method, route, status }
    metrics.requestSeconds.observe(labels, (monotonicMs() - beganMs) / 1_000)
    if (body === undefined) return { status, headers, body: '' }
    headers['content-type'] = 'application/json; charset=utf-8'
    return { status, headers, body: JSON.stringify(body) }
  }

  return async (requests) => {
    const answers: Promise<HttpResponse>[] = []
    for (const request of requests) {
      const visit = begin(request)
      // One after the other, so that they are taken in their order, and all find the keys that the first looked up.
      await visit.admitted.catch(() => undefined)
      answers.push(end(visit))
    }
    return Promise.all(answers)
  }
}

/** Headers as a server makes them of what came over a socket. */
function inLowerCase(headers: HttpRequest['headers']): Record<string, string> {
  const named: Record<string, string> = {}
  for (const name in headers) named[name.toLowerCase()] = headers[name] as string
  return named
}
