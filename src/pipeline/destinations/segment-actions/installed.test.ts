import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../platform/log.ts'
import { indexPackage } from './index-package.ts'
import { installedDir, openInstalled, readIndex, writeIndex } from './installed.ts'

const VERSION = '3.497.0'
const ENTRY = { slug: 'segment-actions-one', name: 'One', description: 'd', module: 'one' }
const log = createLog('silent')

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'promoloop-installed-'))
  await mkdir(installedDir(dataDir))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

/** A package like the published one, with definitions by their folders. */
async function install(definitions: Record<string, string>): Promise<string> {
  const dir = join(installedDir(dataDir), VERSION)
  const files = {
    '@segment/actions-core/index.js': 'module.exports = { Response }',
    '@segment/action-destinations/index.js': '',
    ...Object.fromEntries(
      Object.entries(definitions).map(([name, code]) => [
        `@segment/action-destinations/dist/destinations/${name}/index.js`,
        code,
      ]),
    ),
  }
  for (const [path, code] of Object.entries(files)) {
    const file = join(dir, 'node_modules', path)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, code)
  }
  return dir
}

const one = `exports.default = { name: 'One', slug: 'actions-one', mode: 'cloud', actions: {} }`

describe('what is installed', () => {
  it('is nothing where nothing was ever installed', () => {
    const installed = openInstalled(join(dataDir, 'elsewhere'), log)
    expect(installed.list()).toEqual([])
    expect(installed.find('segment-actions-one')).toBeUndefined()
  })

  it('is listed without running its code, and found by its slug alone', async () => {
    await install({ one, two: 'throw new Error("ran")' })
    const two = { ...ENTRY, slug: 'segment-actions-two', module: 'two' }
    await writeIndex(dataDir, { folder: VERSION, destinations: [ENTRY, two] })
    const installed = openInstalled(dataDir, log)
    expect(installed.list().map(({ slug, mode }) => [slug, mode])).toEqual([
      [ENTRY.slug, 'cloud'],
      [two.slug, 'cloud'],
    ])
    expect(installed.find(ENTRY.slug)).toMatchObject({ slug: ENTRY.slug, name: 'One' })
    expect(installed.find(ENTRY.slug)).toBe(installed.find(ENTRY.slug))
    expect(installed.find(two.slug)).toBeUndefined()
    for (const slug of ['one', '../one', 'constructor', '__proto__'])
      expect(installed.find(slug)).toBeUndefined()
  })

  it('is nothing when its index names anything but a folder of the package', async () => {
    for (const module of ['../../../evil', '/tmp/evil', 'one/../two', '']) {
      await writeIndex(dataDir, { folder: VERSION, destinations: [{ ...ENTRY, module }] })
      expect(() => readIndex(dataDir)).toThrow()
      expect(openInstalled(dataDir, log).list()).toEqual([])
    }
  })

  it('is indexed by what it says about itself; what cannot be used is named with the reason', async () => {
    const dir = await install({
      one,
      two: 'require("nowhere")',
      three: one.replace('cloud', 'device'),
      kafka: one,
    })
    expect(await indexPackage(dir)).toEqual({
      destinations: [{ ...ENTRY, description: '' }],
      leftOut: [
        { module: 'kafka', reason: 'opens connections of its own' },
        { module: 'three', reason: 'One does not run on servers' },
        { module: 'two', reason: "Cannot find module 'nowhere'" },
      ],
    })
  })
})
