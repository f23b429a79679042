import { isAccepted } from '../../support/accepted-deviations.ts'
import { readAnswerContract } from '../../support/answer-contract.ts'
import type { Client } from './method-table.ts'

type Response = {
  config: { method: string; baseURL: string; url: string }
  status: number
  data: unknown
}
type Connection = {
  interceptors: { response: { use(onSuccess: (response: Response) => Response): void } }
}

/** Older paths, which the document does not have and would take for vouchers or campaigns of that name. */
const OLDER = /\/(vouchers|campaigns)\/qualification$/

/** What the current SDK sends its requests through. */
const connectionOf = (client: Client): Connection | undefined =>
  (client.apiLimitsHandler?.requestController ?? client.client)?.request

/** Lets `deviations` learn where what `client` is answered is not what the reference would answer. */
export function watchAnswers(client: Client, deviations: Set<string>): void {
  const contract = readAnswerContract()
  if (!contract) return
  connectionOf(client)?.interceptors.response.use((response) => {
    const { config, status, data } = response
    const url = new URL(config.url.replace(/^\//, ''), config.baseURL).pathname
    const method = config.method.toUpperCase()
    if (OLDER.test(url)) return response
    for (const found of contract.check({ method, url, status, body: data }))
      if (!isAccepted(found)) deviations.add(`${found.operation} ${found.at}: ${found.kind}`)
    return response
  })
}
