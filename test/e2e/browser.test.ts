import { readFile } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { requirePeer } from '../support/peers.ts'
import { listReceived, type Server, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

type Page = {
  goto(url: string): Promise<unknown>
  evaluate(script: string): Promise<unknown>
  on(event: 'requestfinished' | 'requestfailed', listener: (request: PageRequest) => void): void
}
type PageRequest = { method(): string; url(): string; headers(): Record<string, string> }
type Browser = { newPage(): Promise<Page>; close(): Promise<void> }

const hasServices = inject('hasPeers') && inject('chromium') !== undefined
const USER = 'browser_user'

describe.skipIf(!hasServices)('analytics.js in Chromium, on a page of another origin', () => {
  let folder: OwnDir
  let server: Server
  let site: HttpServer
  let browser: Browser
  const sent: { method: string; path: string; contentType: string | undefined }[] = []
  const failed: string[] = []

  beforeAll(async () => {
    folder = await makeDir()
    server = await startServer({ dataDir: folder.dir })
    // A shop's page, and beside it the published library as a shop would host it.
    const library = join(
      dirname(requirePeer.resolve('@segment/analytics-next/package.json')),
      'dist',
      'umd',
    )
    site = createServer((request, response) => {
      if (request.url === '/') {
        response.setHeader('content-type', 'text/html')
        response.end('<title>Shop</title><script src="/index.js"></script>')
        return
      }
      readFile(join(library, decodeURIComponent(request.url ?? '').replaceAll('..', ''))).then(
        (file) => response.end(file),
        () => response.writeHead(404).end(),
      )
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))

    const { chromium } = requirePeer('playwright-core') as {
      chromium: { launch(options: object): Promise<Browser> }
    }
    browser = await chromium.launch({
      executablePath: inject('chromium'),
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        // A browser in a test has nobody else to talk to.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    })
    const page = await browser.newPage()
    page.on('requestfinished', (request) => {
      if (!request.url().startsWith(server.address)) return
      sent.push({
        method: request.method(),
        path: new URL(request.url()).pathname,
        contentType: request.headers()['content-type'],
      })
    })
    page.on('requestfailed', (request) => failed.push(request.url()))
    const bound = site.address()
    await page.goto(`http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/`)
    const apiHost = `${new URL(server.address).host}/v1`
    await page.evaluate(`(async () => {
      const [analytics] = await AnalyticsNext.AnalyticsBrowser.load(
        { writeKey: ${JSON.stringify(server.writeKey)}, cdnURL: ${JSON.stringify(server.address)} },
        { integrations: { 'Segment.io': { apiHost: ${JSON.stringify(apiHost)}, protocol: 'http' } } },
      )
      await analytics.identify(${JSON.stringify(USER)}, { name: 'Browser User' })
      await analytics.track('Product Viewed', { sku: 'S1' })
      await analytics.page('Catalogue')
      await analytics.screen('Main')
      await analytics.group('group_browsers', { plan: 'free' })
      await analytics.alias('browser_user_2', ${JSON.stringify(USER)})
    })()`)
  })
  afterAll(async () => {
    await browser?.close()
    await new Promise((resolve) => (site ? site.close(resolve) : resolve(undefined)))
    await server?.end()
    await folder?.remove()
  })

  it('receives all six types of call', async () => {
    const received = await waitFor('six calls', async () => {
      const events = await listReceived(server, 'website')
      return events.length >= 6 ? events : undefined
    })
    expect(received.map(({ type }) => type).sort()).toEqual([
      'alias',
      'group',
      'identify',
      'page',
      'screen',
      'track',
    ])
    expect(received.find(({ type }) => type === 'track')).toMatchObject({
      event: 'Product Viewed',
      user_id: USER,
      body: { properties: { sku: 'S1' }, context: { library: { name: 'analytics.js' } } },
    })
  })

  it('is called with text/plain, as analytics.js does', async () => {
    // The server has a call before the browser has its answer.
    const calls = await waitFor('six answers', async () => {
      const posted = sent.filter(({ method, path }) => method === 'POST' && path.startsWith('/v1/'))
      return posted.length >= 6 ? posted : undefined
    })
    expect(calls).toHaveLength(6)
    expect(new Set(calls.map(({ contentType }) => contentType))).toEqual(new Set(['text/plain']))
  })

  it('lets every request pass the browser: settings, preflights, calls', () => {
    expect(failed).toEqual([])
    expect(sent.some(({ path }) => path.endsWith('/settings'))).toBe(true)
  })
})
