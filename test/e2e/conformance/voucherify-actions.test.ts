import { describe, expect, inject, it } from 'vitest'
import { catalog, findDefinition } from '../../../src/pipeline/destinations/index.ts'
import { requirePeer } from '../../support/peers.ts'

type Field = {
  label: string
  type: string
  required?: boolean
  allowNull?: boolean
  multiple?: boolean
  default?: unknown
  properties?: Record<string, Field>
}
type Request = { headers: Record<string, string>; method: string; json: unknown }
type Action = {
  title: string
  defaultSubscription: string
  fields: Record<string, Field>
  perform(request: (url: string, options: Request) => unknown, bundle: object): unknown
}
type Published = {
  name: string
  slug: string
  mode: string
  authentication: { fields: Record<string, Field> }
  extendRequest(bundle: { settings: object }): { headers: Record<string, string> }
  actions: Record<string, Action>
  presets: {
    name: string
    subscribe: string
    partnerAction: string
    mapping: object
    type: string
  }[]
}

/** What a field means; its description is in everybody's own words. */
const meaningOf = (fields: Record<string, Field>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      {
        label: field.label,
        type: field.type,
        required: field.required ?? false,
        allowNull: field.allowNull ?? false,
        multiple: field.multiple ?? false,
        default: field.default,
        ...(field.properties && { properties: meaningOf(field.properties) }),
      },
    ]),
  )

const SETTINGS = {
  apiKey: 'application-ünö',
  secretKey: 'secret:of:application',
  customURL: 'https://us1.segmentio.voucherify.io',
}
const PAYLOAD = {
  customer: { source_id: 'ada', email: null },
  source_id: 'ada',
  metadata: { deep: { list: [1, null, 'ü'] } },
  type: 'track',
}

describe.skipIf(!inject('hasPeers'))('Voucherify (Actions), against the published one', () => {
  const published = requirePeer('@segment/action-destinations/dist/destinations/voucherify')
    .default as Published
  const ours = findDefinition('voucherify-actions') ?? catalog[0]
  if (!ours) throw new Error('our definition is not in the catalog')

  it('has the same name, slug and mode', () => {
    const { name, slug, mode } = published
    expect(ours).toMatchObject({ name, slug, mode })
  })

  it('has the same settings', () => {
    expect(meaningOf(ours.settings as Record<string, Field>)).toEqual(
      meaningOf(published.authentication.fields),
    )
  })

  it('has the same actions, with the same titles and default triggers', () => {
    const outlineOf = (actions: [string, { title: string; trigger: string }][]) =>
      Object.fromEntries(actions.map(([key, { title, trigger }]) => [key, { title, trigger }]))
    expect(
      outlineOf(
        Object.entries(ours.actions).map(([key, { title, defaultTrigger }]) => [
          key,
          { title, trigger: defaultTrigger },
        ]),
      ),
    ).toEqual(
      outlineOf(
        Object.entries(published.actions).map(([key, { title, defaultSubscription }]) => [
          key,
          { title, trigger: defaultSubscription },
        ]),
      ),
    )
  })

  it.each(Object.keys(published.actions))('has the same fields in %s, in the same order', (key) => {
    const fields = ours.actions[key]?.fields as Record<string, Field>
    const expected = published.actions[key]?.fields ?? {}
    expect(meaningOf(fields)).toEqual(meaningOf(expected))
    expect(Object.keys(fields)).toEqual(Object.keys(expected))
  })

  it('has the five presets with the same triggers, actions and mappings, and one more (D-08)', () => {
    const presets = new Map(ours.presets.map((preset) => [preset.name, preset]))
    for (const { name, subscribe, partnerAction, mapping, type } of published.presets) {
      expect(type).toBe('automatic')
      expect(presets.get(name)).toEqual({
        name,
        trigger: subscribe,
        action: partnerAction,
        mapping,
      })
      presets.delete(name)
    }
    expect([...presets.keys()]).toEqual(['Sync Engage audiences and traits'])
  })

  it.each(Object.keys(published.actions))('sends the same request for %s', (key) => {
    const { headers } = published.extendRequest({ settings: SETTINGS })
    const sent: { url: string; method: string; body: unknown }[] = []
    const request = (url: string, { method, json }: Request): void => {
      sent.push({ url, method: method.toUpperCase(), body: json })
    }
    published.actions[key]?.perform(request, { settings: SETTINGS, payload: PAYLOAD })

    const action = ours.actions[key]
    const made = action && 'toRequest' in action && action.toRequest(PAYLOAD, SETTINGS)
    if (!made || 'reason' in made) throw new Error('our definition made no request')
    const { url, method, body } = made
    expect([{ url, method, body: JSON.parse(body ?? '') }]).toEqual(sent)
    expect(made.headers).toMatchObject({ ...headers, 'content-type': 'application/json' })
  })
})
