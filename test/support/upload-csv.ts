import type { CallAnswer, TestApp } from './test-app.ts'

const BOUNDARY = 'promoloop-test-boundary'

/** Uploads a CSV file as the published clients do: one part with the name `file`. */
export async function uploadCsv(
  { app, keys }: Pick<TestApp, 'app' | 'keys'>,
  url: string,
  csv: string,
): Promise<CallAnswer> {
  const response = await app.http.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'x-app-id': keys.appId,
      'x-app-token': keys.appToken,
    },
    payload: [
      `--${BOUNDARY}`,
      'content-disposition: form-data; name="file"; filename="x.csv"',
      'content-type: text/csv',
      '',
      csv,
      `--${BOUNDARY}--`,
      '',
    ].join('\r\n'),
  })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}
